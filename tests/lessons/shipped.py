"""The lessons that ship, read once for all tests of a process."""

from app.lessons.book import read_book
from app.resources import LESSONS

BOOK = read_book(LESSONS)
