"""The demo: an LLM API sold by the token, built through the REST API as a customer of ours would."""
