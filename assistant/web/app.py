"""The app's entry: the pages that exist, in a bar at the top."""

from __future__ import annotations

import streamlit as st

from assistant.web import frame
from assistant.web.walk import steps

try:
    walk = steps.pages()
    pages = [
        st.Page("screens/ask.py", title="Ask", default=True),
        *walk.values(),
        st.Page("screens/briefings.py", title="Briefings", url_path="briefings"),
        st.Page("screens/scenarios.py", title="Scenarios", url_path="scenarios"),
        st.Page("screens/library.py", title="Library", url_path="library"),
        st.Page("screens/evaluation.py", title="Evaluation", url_path="evaluation"),
        st.Page("screens/document.py", title="Document", url_path="document", visibility="hidden"),
    ]
    page = st.navigation(pages, position="top")
    steps.open_step(page, walk)
    page.run()
except Exception as error:  # never a traceback on screen or in a log: it may hold a reader's words
    frame.say_error(error)
