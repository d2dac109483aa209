"""How Streamlit is set up for this app. It is all set here, so that the app is the same from any folder."""

from __future__ import annotations

THEME: dict[str, object] = {
    "base": "light",
    "textColor": "#0b0c0c",
    "backgroundColor": "#ffffff",
    "secondaryBackgroundColor": "#f3f2f1",
    "grayTextColor": "#505a5f",
    "primaryColor": "#00606b",
    "linkColor": "#1a5f9e",
    "linkUnderline": True,
    "borderColor": "#6f777b",
    "showWidgetBorder": True,
    "baseFontSize": 18,
    "headingFontSizes": ["2rem", "1.5rem", "1.25rem"],
    "headingFontWeights": [700, 700, 700],
    "paddingTop": "1.5rem",
    "baseRadius": "small",
}
CONFIG: dict[str, object] = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "logger.level": "warning",
    "runner.magicEnabled": False,
    "server.enableAgentApi": False,
    "server.enableStaticServing": False,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.runOnSave": False,
    "server.showEmailPrompt": False,
    **{f"theme.{name}": value for name, value in THEME.items()},
}
