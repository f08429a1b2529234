"""Reports: views of this site as one HTML file that needs nothing else, and the page that collects them."""
