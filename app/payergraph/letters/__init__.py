"""What a clinic sends for a patient: a denial and what answers it, and the letter, from chart and graph alone."""
