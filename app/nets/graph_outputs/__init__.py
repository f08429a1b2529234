"""The outputs of a network: what each is, as far as its file says: classes, boxes, a mask, an image, a sequence."""
