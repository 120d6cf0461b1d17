"""What a person with bad intentions, or a cat, may type: names and labels, and expressions."""

TEXTS = [
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "</style><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>', "' onmouseover='alert(1)", "]]>", "<!--", "-->", "&lt;b&gt;", "{{script}}",
    "\\u003cscript\\u003e", "\u2028\u2029", "\x00\x1b[31m\n\r\t", "\ud800",
    "🦊👩‍🔬", "\u202egnol", "n" * 10_000, "__proto__", "javascript:alert(1)", "${alert(1)}", "%s", " ",
]  # fmt: skip

EXPRESSIONS = [
    "__import__('os').system('touch /tmp/owned')", "open('/etc/passwd').read()", "exec('1')",
    "eval('1')", "().__class__.__bases__[0].__subclasses__()", "a.__class__", "a.data", "a.backward()",
    "a.b.c", "a.5.b", "[x for x in range(10**9)]", "{a for a in a}", "(a for a in a)", "lambda: 0",
    "lambda x: x", "(lambda a: a)(a)", "a if a else a", "a and a", "a or a", "not a", "a == a",
    "a != a", "a < a", "a is a", "a in a", "a := 1", "(a := 1)", "a = 1", "a; a", "import os",
    "from os import *", "def f(): pass", "class A: pass", "del a", "global a", "raise a", "assert a",
    "yield a", "await a", "async a", "print(a)", "input()", "exit()", "quit()", "breakpoint()",
    "globals()", "locals()", "vars()", "dir()", "getattr(a, 'data')", "setattr(a, 'data', 1)",
    "type(a)", "id(a)", "super()", "object()", "compile('1', '', 'eval')", "memoryview(a)",
    "__builtins__", "__name__", "__debug__", "self", "None", "True", "False", "Ellipsis",
    "NotImplemented", "...", "a...", "a[0]", "a[a]", "a[:]", "[a]", "{a}", "{a: a}", "{}", "[]", "()",
    "(a,)", "(a, a)", "*a", "**a", "a**", "a*", "a+", "a-", "a/", "/a", "a//a", "a%a", "a@a", "a<<a",
    "a>>a", "a&a", "a|a", "a^a", "~a", "!a", "a?a:a", "'a'", '"a"', "f'{a}'", "b'a'", "r'a'", "'''a'''",
    "`a`", "$a", "$(id)", "`id`", "a;id", "a&&id", "a|id", "#a", "a#a", "a\\na", "\\a", "a\\", "\x00",
    "a\x00a", "\x1b[31ma", "\ud800", "\udcff", "a\u202eb", "a\u200bb", "\ufeffa", "\u0430", "\uff41",
    "\u03b1+", "a\u00d7a", "a\u2212a", "a\u2044a", "a\uff0ba", "\uff08a\uff09", "\u2160", "\u00bd",
    "\u0661", "\uff11", "1\u0662", "a\u00b2", "\U0001d44e", "\U0001f600", "\u221aa", "\u03c0r", "0x10",
    "0b1", "0o7", "1_000", "1e", "1e+", "1.2.3", "1..2", "1e5e5", "1j", "1.j", "0777a", ".", "..",
    "1 2", "a a", "a 1", "1 a", "a(a)", "1(a)", "(a)(a)", "tanh", "tanh a", "tanh()", "tanh(a",
    "tanh(,)", "tanh(a,)", "tanh(a a)", "tanh(*a)", "tanh(x=a)", "tanh(a)(a)", "tanh.tanh(a)", "max()",
    "max([a], a)", "max(a,, a)", "sum()", "mean()", "add(a)", "weighted_sum(a)", "power_of(a)",
    "softmax(a)", "cross_entropy(a, a)", ")", "(", "()", ")(", "((", "(a", "a)", "(a))", "((a)", ",",
    "a,", ",a", "a, a", "", " ", "\t", "\n", "\r\n", "(" * 50_000, "(" * 5_000 + "a" + ")" * 5_000,
    "-" * 5_000 + "a", "+" * 9_999 + "a", "a**" * 3_000 + "a", "tanh(" * 1_500 + "a" + ")" * 1_500,
    "a" * 10_001, "1" * 100_000, "max(" * 2_000, "a+" * 100_000 + "a", "-(" * 200 + "a" + ")" * 200,
    "2**" * 101 + "2", "a" + "*a" * 20_000, "(" * 101 + "a" + ")" * 101,
]  # fmt: skip
FINE_EXPRESSIONS = [
    "9**9**9**9**9", "10**10**10", "1e999", "a*1e308*1e308", "1" * 5_000, "a" + "+a" * 2_000, "0/0", "1/0*0",
    "(" * 99 + "a" + ")" * 99, "-" * 99 + "a", "2**" * 98 + "a", "exp(exp(exp(exp(a))))", "log(-a)",
    "a**-1e300", "sqrt(-a)**0.5", "0**a", "(-8)**(1/3)", "1e-999", "-0", "+a", "1--a", "a+-+-a", "sum(a,a,a)",
    "1.", ".5", "a*.5",
]  # fmt: skip
