"""What people leave in the store: watchlists, own targets, visits."""
