"""What policies do to a population: charts in columns, criteria as expressions over them, and what follows."""
