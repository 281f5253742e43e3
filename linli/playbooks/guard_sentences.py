"""What people read when a guard is refused."""

from __future__ import annotations

from linli.lib.text import Said

EMPTY = Said("条件是空的。请写出条件，或去掉 `when:`。", "The condition is empty. Write one, or leave `when:` out.")
TOO_LONG = Said(
    "条件太长（最多 {most} 个字符）。请拆成几个分支。",
    "The condition is too long (at most {most} characters). Split it into several branches.",
)
TOO_DEEP = Said(
    "条件套了太多层（最多 {most} 层）。请减少括号，或拆成几个分支。",
    "The condition is nested too deeply (at most {most} levels). Use fewer brackets, or split it into branches.",
)
ODD_CHARACTER = Said(
    "这里有换行、反斜杠或看不见的字符。条件要写在一行里，只用普通字符。",
    "There is a line break, a backslash or an invisible character here. Write the condition on one line, in plain "
    "characters.",
)
UNREADABLE = Said(
    "从这里起看不懂。请检查括号、引号和运算符，例如：score <= 2 and not late。",
    "It cannot be read from here on. Check brackets, quotes and operators; for example: score <= 2 and not late.",
)
LEFT_OVER = Said(
    "条件后面还有不起作用的内容。请删去。", "Something stands after the condition that has no effect. Delete it."
)
NOT_ALLOWED = Said(
    "条件里不能这样写。只能用：事实名称、整数、文字、== != < <= > >= in、and or not、+ - *、min max abs。",
    "This may not stand in a condition. Allowed are: names of facts, whole numbers, text, == != < <= > >= in, "
    "and or not, + - *, min max abs.",
)
USE_EQUALS = Said("请用 == 或 != 代替 is。", "Use == or != instead of `is`.")
WHOLE_NUMBERS = Said(
    "条件里只用整数，不用小数、除法和乘方；金额按分写，比例按百分之几写。",
    "A condition uses whole numbers only: no decimals, division or powers. Write money in fen and shares in percent.",
)
TOO_GREAT = Said("数字太大（最大 {most}）。请检查单位。", "The number is too great (at most {most}). Check the unit.")
TEXT_TOO_LONG = Said(
    "文字太长（最多 {most} 个字）。请写短些。", "The text is too long (at most {most} characters). Shorten it."
)
UNDERSCORE = Said(
    "名称不能以下划线开头。请改用表单字段或标准事实的名称。",
    "A name may not begin with an underscore. Use the name of a form field or a standard fact.",
)
PLAIN_NAME = Said(
    "名称要原样写出，例如 money.raised：点的两边没有空格和括号，字母用半角。",
    "Write the name plainly, such as money.raised: no spaces or brackets beside the dot, and ordinary letters.",
)
UNKNOWN = Said("没有“{name}”这个事实。{hint}", "There is no fact called “{name}”. {hint}")
DID_YOU_MEAN = Said("是不是想写“{name}”？", "Did you mean “{name}”?")
SEE_FACTS = Said("请核对表单字段和标准事实的名称。", "Check the names of the form's fields and of the standard facts.")
UNKNOWN_FUNCTION = Said("这里只能用函数 {known}。", "Only the functions {known} may be used here.")
ARGUMENTS = Said(
    "函数 {name} 括号里的内容不对：min 和 max 要 2 到 9 个数字，abs 要 1 个，用逗号隔开。",
    "The brackets of {name} hold the wrong things: min and max take 2 to 9 numbers, abs takes 1, with commas between.",
)
WANTED = Said(
    "这里要用{wanted}，写的却是{got}。请改成比较，或换一个事实。",
    "Here {wanted} is needed, but this is {got}. Make it a comparison, or use another fact.",
)
NOT_YES_NO = Said(
    "整个条件要能回答“是”或“否”，这里得到的却是{got}。请加上比较，例如 score >= 3。",
    "The whole condition must answer yes or no, but this is {got}. Add a comparison, such as score >= 3.",
)
NO_ORDER = Said(
    "只有数字能比大小。文字和是/否请用 == 或 !=。",
    "Only numbers can be greater or less. Compare text and yes/no facts by == or !=.",
)
UNLIKE = Said(
    "两边不能比较：左边是{left}，右边是{right}。请让两边同类。",
    "The two sides cannot be compared: the left is {left}, the right is {right}. Make them alike.",
)
BAD_LIST = Said(
    'in 后面要写一列值，例如 kind in ("a", "b")，而且 in 不能和别的比较连写。',
    'After `in` write a list of values, such as kind in ("a", "b"), and join no other comparison to it.',
)
