"""What can be done over a request for a drug: ladders, their steps, and the days that follow from what happened."""
