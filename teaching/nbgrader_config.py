"""Settings of nbgrader for this course: run nbgrader in this folder."""

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "foi_analysis"
# What a student finds where a solution stood, in both languages.
c.ClearSolutions.code_stub = {"python": "# 在此作答 · Your answer here\nraise NotImplementedError()"}
c.ClearSolutions.text_stub = "在此作答 · Your answer here"
# The first run draws figures and may have to find the fonts of the machine.
c.Execute.timeout = 120
