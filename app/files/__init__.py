"""Documents that are made (pages turned into PDF) and files that people give: looked into, written anew, handed back.

A picture is decoded and written anew, so that nothing but pixels survives. A document is taken only when its content is
what its name says, and is handed back as a download, never shown by the browser as part of our pages.
"""
