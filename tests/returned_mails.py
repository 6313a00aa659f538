"""Mails that come back, in the shapes of the programs that write them; all people and hosts are invented."""

NOBODY = "nobody@mail.example"
LIST = "leave@news.example"


def mail(*headers, body="Good morning."):
    """Return a mail of one part."""
    return "\n".join([*headers, "", body, ""]).encode()


def ours(leave="", to=NOBODY):
    """Return the headers of a message of ours, as servers give them back."""
    listed = [f"List-Unsubscribe: {leave}"] if leave else []
    return "\n".join(["From: The Quay <news@news.example>", f"To: {to}", "Subject: The Quay, 2 March", *listed, ""])


def report(kind, *parts, headers=()):
    """Return a multipart/report with *parts*, each a type and a text."""
    above = [*headers, "MIME-Version: 1.0", f'Content-Type: multipart/report; report-type={kind}; boundary="=_b/1"']
    pieces = [f"--=_b/1\nContent-Type: {media_type}\n\n{text}\n" for media_type, text in parts]
    return "\n".join([*above, "", "This is a MIME-encapsulated message.", "", *pieces, "--=_b/1--", ""]).encode()


def bounce(*recipients, to="bounces@news.example", original=None, headers=()):
    """Return a bounce with what is said of each of *recipients*."""
    above = "Reporting-MTA: dns; mx.mail.example\nArrival-Date: Mon,  2 Mar 2026 08:00:00 +0100 (CET)\n"
    return report(
        "delivery-status",
        ("text/plain; charset=us-ascii", "I'm sorry to have to inform you that your message could not be delivered."),
        ("message/delivery-status", "\n".join([above, *recipients])),
        ("message/rfc822", original or ours()),
        headers=["From: MAILER-DAEMON@mx.mail.example (Mail Delivery System)", f"To: {to}", *headers],
    )


def recipient(action="failed", status="5.1.1", *others):
    """Return what a delivery status says of NOBODY."""
    return "\n".join([f"Final-Recipient: rfc822; {NOBODY}", f"Action: {action}", f"Status: {status}", *others, ""])


def postfix(to, leave=""):
    """Return Postfix's bounce of an address that is none."""
    told = recipient(
        "failed",
        "5.1.1",
        f"Original-Recipient: rfc822;{NOBODY}",
        "Remote-MTA: dns; mx.mail.example",
        "Diagnostic-Code: smtp; 550 5.1.1 <nobody@mail.example>: Recipient address",
        "    rejected: User unknown in virtual mailbox table",
    )
    headers = ["Return-Path: <>", "Auto-Submitted: auto-replied", "Subject: Undelivered Mail Returned to Sender"]
    return bounce(told, to=to, original=ours(leave), headers=headers)


def exim(reply):
    """Return Exim's bounce: the action first, the status always the same, the server's reply as it was."""
    told = f"""Action: failed
Final-Recipient: rfc822;{NOBODY}
Status: 5.0.0
Remote-MTA: dns; mx.mail.example
Diagnostic-Code: smtp; {reply}
"""
    return bounce(told, headers=[f"X-Failed-Recipients: {NOBODY}", "Auto-Submitted: auto-replied"])


def exchange(code):
    """Return Exchange's bounce: parts in parts, lines that end in CRLF, no blank before the reply."""
    told = f"""Final-Recipient: rfc822;{NOBODY}
Action: failed
Status: {code}
Diagnostic-Code: smtp;550 {code} RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup
X-Display-Name: Nobody
"""
    words = """--inner
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

Delivery has failed to these recipients or groups:=20
--inner
Content-Type: text/html; charset="us-ascii"

<p>Status: 5.2.2, mailbox full</p>
--inner--"""
    return report(
        "delivery-status",
        ('multipart/alternative; differences=Content-Type;\n\tboundary="inner"', words),
        ("message/delivery-status", f"Reporting-MTA: dns;mx.mail.example\nX-MS-Exchange: yes\n\n{told}"),
        ("message/rfc822", ours()),
        headers=["From: postmaster@mail.example", "Subject: Undeliverable: The Quay, 2 March"],
    ).replace(b"\n", b"\r\n")


def gmail(to):
    """Return Gmail's bounce: a picture in it, and a reply of several lines."""
    told = recipient(
        "failed",
        "5.1.1",
        "Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try",
        " 550-5.1.1 double-checking the recipient's email address for typos or",
        " 550 5.1.1 unnecessary spaces.",
    )
    return report(
        "delivery-status",
        ('multipart/related; boundary="rel"', "--rel\nContent-Type: text/html\n\n<b>not found</b>\n--rel--"),
        ("message/delivery-status", f"Reporting-MTA: dns; mail.example\n\n{told}"),
        ("message/rfc822", ours()),
        headers=["Delivered-To: bounces@news.example", f"X-Original-To: {to}", "To: news@news.example"],
    )


def feedback(kind, *fields, original=None, headers=()):
    """Return a feedback report, as Yahoo and others send them."""
    said = "\n".join([f"Feedback-Type: {kind}", "User-Agent: Mail-Feedback/2.0", "Version: 1", *fields, ""])
    return report(
        "feedback-report",
        ("text/plain", "This is an email abuse report."),
        ("message/feedback-report", said),
        ("message/rfc822", original or ours()),
        headers=["From: feedback@mail.example", "To: abuse@news.example", *headers],
    )


def outlook(original):
    """Return Outlook.com's complaint: the message came back, and in front of it who had got it."""
    return f"""From: staff@mail.example
Subject: complaint about message from 192.0.2.25
Content-Type: multipart/mixed; boundary="F00-1"

--F00-1
Content-Type: message/rfc822
Content-Disposition: inline

X-HmXmrOriginalRecipient: {NOBODY}
X-Reporter-IP: 192.0.2.22
{original}
--F00-1--
""".encode()


def apple(subject):
    """Return what Apple Mail sends for a person who clicks on "Unsubscribe"."""
    return mail(
        f"From: {NOBODY}",
        f"To: {LIST}",
        f"Subject: {subject}",
        "Auto-Submitted: auto-replied",
        "X-Apple-Unsubscribe: true",
        body="Apple Mail sent this email to unsubscribe from the message.",
    )


def vacation(to, subject="Automatic reply: The Quay, 2 March"):
    """Return the answer of a person who is away."""
    headers = ["Return-Path: <>", "Auto-Submitted: auto-replied (vacation)", f"Subject: {subject}"]
    return mail(f"From: {NOBODY}", f"To: {to}", *headers, body="I am away. Please unsubscribe from work.")


def qmail():
    """Return qmail's bounce, which has no report."""
    return mail(
        "Return-Path: <>",
        "From: MAILER-DAEMON@mx.mail.example",
        "Subject: failure notice",
        body=f"Hi. This is the qmail-send program.\n\n<{NOBODY}>:\n550 5.1.1 no such user (#5.1.1)",
    )
