"""What passwords that were stolen are made of, most often: words, names and rows of keys.

Put together by hand from what everybody knows of them. A password is refused where little is left
of it without these.
"""

from typing import Final

_WORDS = """
password passwort passwd passw0rd contrasena motdepasse senha parola admin administrator root
welcome willkommen bienvenue letmein login signin access secret changeme default guest user test
testing temp master super superman batman spiderman ironman pokemon starwars naruto dragon monkey
tiger lion eagle falcon shadow sunshine princess flower butterfly rainbow summer winter autumn
spring january february march april june july august september october november december monday
tuesday wednesday thursday friday saturday sunday iloveyou loveyou lovely love forever freedom
trustno hello hallo bonjour whatever nothing something computer internet google facebook
instagram samsung apple microsoft windows linux office company business football baseball
basketball hockey soccer golf liverpool chelsea arsenal manchester barcelona madrid juventus
london paris berlin newyork america england germany canada jesus christ angel heaven blessed
michael michelle jennifer jessica jordan daniel andrew anthony matthew joshua thomas robert charlie
george william nicole ashley amanda hannah sophie maria anna laura peter martin alexander
chocolate cookie banana orange cheese coffee pepper ginger whisky harley ferrari porsche mercedes
mustang corvette yamaha killer hunter ranger soldier ninja wizard matrix phoenix thunder lightning
diamond silver golden purple yellow maggie buster bailey buddy bandit bigdog jasper
correcthorsebatterystaple correct horse battery staple
"""
_ROWS = """
qwertyuiop qwertyui qwerty qwertz azerty asdfghjkl asdfgh asdf zxcvbnm zxcvbn yxcvbnm qazwsxedc
qazwsx 1q2w3e4r5t 1q2w3e4r 1qaz2wsx 1qaz zaq12wsx abcdefgh abcdef abcd abc 1234567890 0123456789
123456789 12345678 1234567 123456 12345 1234 123 0987654321 987654321 87654321 7654321 654321 54321
4321 321 112233 121212 123123 123321 101010 111 222 333 444 555 666 777 888 999 000 aaa xyz
"""

STOLEN: Final = frozenset((_WORDS + _ROWS).split())
