"""The script that lets a typed cell reach the server before a click leaves the page."""
