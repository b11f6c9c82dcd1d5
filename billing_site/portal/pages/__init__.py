"""What each page shows: plain values, written in the customer's language. Templates only place them."""
