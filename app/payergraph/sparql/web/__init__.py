"""The endpoint as an ASGI application: what it is asked, who may ask, how an answer is made and sent."""
