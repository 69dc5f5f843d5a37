"""What the report draws: one figure a module, from its numbers to a matplotlib figure.

Colours, fonts and the ways to turn a figure into SVG or PNG belong in `style`; what is counted, in
`numbers`. Text from outside is never drawn: only our own words and numbers.
"""
