"""The page of attacks: the smallest change of a picture that changes the prediction."""
