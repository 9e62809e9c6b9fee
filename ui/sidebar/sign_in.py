"""Optional sign-in for a team: Streamlit's own, with any OpenID Connect provider.

It is on when `.streamlit/secrets.toml` has an `[auth]` section; without one the dashboard is open to everyone.
"""

from __future__ import annotations

import streamlit as st


def is_signed_in() -> bool:
    """Return whether this viewer may see the dashboard: everyone may where no sign-in is set up."""
    return bool(st.user.to_dict().get("is_logged_in", True))


def draw_sign_in() -> None:
    """Draw the only page that a viewer sees before signing in."""
    st.markdown("## Levelboard")
    st.write("Sign in to see this dashboard.")
    st.button("Sign in", icon=":material/login:", type="primary", on_click=st.login)


def draw_sign_out() -> None:
    """Draw the sign-out button in the sidebar where a sign-in is set up."""
    if st.user.to_dict().get("is_logged_in"):
        st.sidebar.button("Sign out", icon=":material/logout:", on_click=st.logout, type="tertiary")
