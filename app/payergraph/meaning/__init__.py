"""What criteria mean, written once: nodes over the relations of a chart, and what is made of them."""
