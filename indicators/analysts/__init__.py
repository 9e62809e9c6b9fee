"""What analysts say: firms, ratings, targets, consensus, track record."""
