"""Who looks at the dashboard, as far as that can be told without a sign-in."""

import streamlit as st

HERE = "this computer"


def visitor() -> str:
    """Return the address that a session comes from; all of this computer's sessions are one."""
    return str(st.context.ip_address or HERE)[:200]
