"""The Streamlit pages: widgets and words, no arithmetic."""
