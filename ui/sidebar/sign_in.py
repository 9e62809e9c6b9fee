"""Sign-in for a team, where one is set up: Streamlit's own, with any OpenID Connect provider.

Set up by an `[auth]` section in `.streamlit/secrets.toml`; without one the dashboard asks nobody who they are.
"""

from __future__ import annotations

import streamlit as st


def signed_in() -> bool:
    """Whether this viewer may look: everyone where no sign-in is set up."""
    return bool(st.user.to_dict().get("is_logged_in", True))


def ask() -> None:
    """The one page a stranger sees."""
    st.markdown("## Levelboard")
    st.write("This dashboard is for its team: sign in to look at it.")
    st.button("Sign in", icon=":material/login:", type="primary", on_click=st.login)


def draw() -> None:
    """In the sidebar, where a sign-in is set up: the way out."""
    if st.user.to_dict().get("is_logged_in"):
        st.sidebar.button("Sign out", icon=":material/logout:", on_click=st.logout, type="tertiary")
