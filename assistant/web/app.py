"""The app's entry: the pages that exist, in a bar at the top."""

from __future__ import annotations

import streamlit as st

from assistant.web import frame

pages = [
    st.Page("pages/ask.py", title="Ask", default=True),
    st.Page("pages/library.py", title="Library", url_path="library"),
]
try:
    st.navigation(pages, position="top").run()
except Exception as error:  # never a traceback on screen or in a log: it may hold a reader's words
    frame.say_error(error)
