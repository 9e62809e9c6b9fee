"""The Streamlit side of the dashboard: sidebar, loading, and the components that pages draw."""
