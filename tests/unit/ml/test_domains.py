"""Websites and e-mail addresses as people type them."""

import pytest

from ml.identity.domains import host_domain, registrable_domain, shared_hosts, website_domain


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("https://www.Globex.com/about", "globex.com"),  # IDN-02, its three examples
        ("globex.com", "globex.com"),
        ("HTTP://globex.com:80", "globex.com"),
        ("http://user:pw@globex.com:8080/x?y#z", "globex.com"),
        ("//globex.com/x", "globex.com"),
        ("https//globex.com", "globex.com"),
        ("http:/globex.com", "globex.com"),
        ("globex.com:80", "globex.com"),
        ("globex.com:443/about", "globex.com"),
        ("globex.com.", "globex.com"),
        ("\uff57\uff57\uff57\uff0e\uff47\uff4c\uff4f\uff42\uff45\uff58\uff0e\uff43\uff4f\uff4d", "globex.com"),
        ("mu\u0308ller.de", "xn--mller-kva.de"),
        ("www.globex.com (main)", "globex.com"),
        ("globex.com; globex.de", "globex.com"),
        ("info@globex.com", "globex.com"),
        ("mailto:jane@globex.com", "globex.com"),
        ("careers.globex.co.uk/jobs", "globex.co.uk"),
        ("\u200bglobex.com", "globex.com"),
        ("acme.github.io", "acme.github.io"),  # a private suffix: two companies do not share github.io
        ("müller.de", "xn--mller-kva.de"),
        ("http://www.xn--mller-kva.de", "xn--mller-kva.de"),
        ("例え.jp", "xn--r8jz45g.jp"),
        ("globex。com", "globex.com"),
        ("globex.example", "globex.example"),  # an unknown ending is a suffix, by the list's own default
    ],
)
def test_a_website_gives_its_registrable_domain(typed: str, domain: str) -> None:
    assert website_domain(typed) == domain


@pytest.mark.parametrize(
    "typed",
    [
        None, "", " ", "n/a", "none", "globex", "co.uk", "github.io", "10.0.0.1", "http://[::1]/", "localhost",
        "a.local", "globex..com", "-.com", "gmail.com", "facebook.com/globex", "https://www.linkedin.com/in/x",
        "x" * 5_000, "😀", "1.2.3", "http://", "globex.c0m",
        "example.com", "https://www.none.com/",
    ],
)  # fmt: skip
def test_what_names_no_company_gives_nothing(typed: str | None) -> None:
    assert website_domain(typed) is None


def test_real_companies_on_the_free_mail_list_keep_their_websites() -> None:
    assert website_domain("https://www.starbucks.com") == "starbucks.com"
    assert website_domain("naver.com") == "naver.com"
    assert host_domain("starbucks.com") == "starbucks.com"
    assert host_domain("naver.com") is None  # Naver gives mailboxes to everybody


def test_pages_of_others_count_for_nobody_but_their_host() -> None:
    assert website_domain("https://www.facebook.com/") == "facebook.com"
    assert ("facebook.com", "facebook", "meta") in shared_hosts()
    assert ("mail.ru", "mail", "vk") in shared_hosts()


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("globex.com", "globex.com"),
        ("mail.globex.co.uk>", "globex.co.uk"),  # what stands behind the @ of `Jane <jane@mail.globex.co.uk>`
        ("gmail.com", None),
        ("GMAIL.COM", None),
        ("jane", None),
        ("", None),
        (None, None),
        ("x" * 3_000, None),
    ],
)
def test_the_host_of_an_address_gives_the_employers_domain(host: str | None, domain: str | None) -> None:
    assert host_domain(host) == domain


def test_hosts() -> None:
    assert host_domain("mail.globex.com>") == "globex.com"
    assert host_domain(None) is None
    assert registrable_domain("a" * 300 + ".com") is None
    assert registrable_domain("\udcff.com") is None


def test_what_people_type_where_a_form_insists_is_nobodys_address() -> None:
    assert host_domain("example.org") is None
    assert host_domain("sample.com") is None
    assert ("sample.com", "sample", "sample") in shared_hosts()  # but for a company of that name
    assert not [row for row in shared_hosts() if row[0] == "none.com"]
