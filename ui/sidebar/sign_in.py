"""Optional sign-in for a team: Streamlit's own, with any OpenID Connect provider. `access.py` says who may enter."""

from __future__ import annotations

import streamlit as st

from text.escape import escape_markdown
from ui.sidebar.access import Access, NobodyMayEnter

MAX_ADDRESS_LENGTH = 254  # of an e-mail address, by RFC 5321


def draw_nobody_may_enter(refusal: NobodyMayEnter) -> None:
    """Draw the only page there is while the sign-in is not set up."""
    st.markdown("## Levelboard")
    st.error(escape_markdown(str(refusal), 1000))


def draw_sign_in(access: Access) -> None:
    """Draw the only page that a viewer sees before being let in."""
    st.markdown("## Levelboard")
    user = st.user.to_dict()
    if user.get("is_logged_in"):
        address = escape_markdown(str(user.get("email") or "This account"), MAX_ADDRESS_LENGTH)
        st.write(f"{address} may not see this dashboard: ask whoever runs it to let this verified address in.")
        st.button("Sign out", icon=":material/logout:", on_click=st.logout)
        return
    st.write("Sign in to see this dashboard.")
    for provider in access.providers:
        label = "Sign in" if provider is None else f"Sign in with {provider.capitalize()}"
        arguments = () if provider is None else (provider,)
        st.button(label, icon=":material/login:", type="primary", on_click=st.login, args=arguments)


def draw_sign_out() -> None:
    """Draw the sign-out button in the sidebar where a sign-in is set up."""
    if st.user.to_dict().get("is_logged_in"):
        st.sidebar.button("Sign out", icon=":material/logout:", on_click=st.logout, type="tertiary")
