"""What runs by itself: the timetable and its jobs."""
