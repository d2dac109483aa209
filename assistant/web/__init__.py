"""The Streamlit app: pages that draw finished answers and decide nothing."""
