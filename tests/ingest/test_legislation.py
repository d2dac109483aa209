"""Acts in legislation.gov.uk's XML → sections with the Acts' pinpoints. The Act here is made up for these tests."""

from __future__ import annotations

import pytest

from ingest.document import BlockKind
from ingest.errors import CannotRead
from ingest.readers.legislation import read_legislation

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<Legislation xmlns="http://www.legislation.gov.uk/namespaces/legislation">'
    '<ukm:Metadata xmlns:ukm="http://www.legislation.gov.uk/namespaces/metadata" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Lanterns Act 2019</dc:title></ukm:Metadata>'
)
BODY = """<Primary><Body>
 <Part id="part-1"><Number>Part 1</Number><Title>Lanterns</Title>
  <Pblock><Title>Duties</Title>
   <P1group><Title>Duty to carry a lantern<CommentaryRef Ref="c1"/></Title>
    <P1 id="section-3"><Pnumber>3</Pnumber><P1para>
     <P2 id="section-3-1"><Pnumber PuncBefore="(" PuncAfter=")">1</Pnumber><P2para>
      <Text>A keeper must carry a <Term id="t">lantern</Term> <Addition>that is lit</Addition> if—</Text>
      <P3 id="section-3-1-a"><Pnumber>a</Pnumber><P3para><Text>it is dark,</Text></P3para></P3>
      <P3 id="section-3-1-b"><Pnumber>b</Pnumber><P3para><Text>there is—</Text>
        <P4><Pnumber>i</Pnumber><P4para><Text>fog, or</Text></P4para></P4>
        <P4><Pnumber>ii</Pnumber><P4para><Text>snow,</Text></P4para></P4></P3para></P3>
      <Text>and somebody is expected.</Text>
     </P2para></P2>
     <P2 id="section-3-2"><Pnumber>2</Pnumber><P2para><Text>. . . . . .</Text></P2para></P2>
     <P2 id="section-3-2A"><Pnumber>2A</Pnumber><P2para><Text>A candle counts.</Text></P2para></P2>
    </P1para></P1></P1group>
   <P1group><Title>Short title</Title>
    <P1 id="section-4"><Pnumber>4</Pnumber><P1para>
     <Text>This Act is the Lanterns Act 2019.</Text></P1para></P1></P1group>
  </Pblock></Part>
</Body>
<Schedules><Schedule id="schedule-2"><Number>SCHEDULE 2</Number><TitleBlock><Title>Boards</Title></TitleBlock>
 <ScheduleBody><P1group><Title>Members</Title>
  <P1 id="schedule-2-paragraph-1"><Pnumber>1</Pnumber><P1para>
   <P2 id="schedule-2-paragraph-1-1"><Pnumber>1</Pnumber><P2para><Text>A board has three members.</Text></P2para></P2>
  </P1para></P1></P1group></ScheduleBody></Schedule></Schedules>
</Primary>
<Commentaries><Commentary id="c1"><Para><Text>Title amended by somebody.</Text></Para></Commentary></Commentaries>
</Legislation>"""


def read(text: str):
    return read_legislation(text.encode(), "act.xml")


def test_each_subsection_is_a_section_with_its_pinpoint_heading_and_anchor():
    document = read(HEAD + BODY)
    assert document.title == "Lanterns Act 2019"
    assert [(section.pinpoint, section.anchor) for section in document.sections] == [
        ("s.3(1)", "section-3-1"),
        ("s.3(2A)", "section-3-2A"),
        ("s.4", "section-4"),
        ("Sch.2 para 1(1)", "schedule-2-paragraph-1-1"),
    ]
    assert document.sections[0].heading == (
        "Lanterns Act 2019", "Part 1 Lanterns", "Duties", "Duty to carry a lantern",
    )  # fmt: skip
    assert document.sections[3].heading == ("Lanterns Act 2019", "SCHEDULE 2 Boards", "Members")


def test_paragraphs_are_items_with_their_letters_and_closing_words_come_last():
    (first, *_) = read(HEAD + BODY).sections
    assert [(block.kind, block.marker, block.depth, block.text) for block in first.blocks] == [
        (BlockKind.PARAGRAPH, "", 0, "A keeper must carry a lantern that is lit if—"),
        (BlockKind.ITEM, "(a)", 0, "it is dark,"),
        (BlockKind.ITEM, "(b)", 0, "there is—"),
        (BlockKind.ITEM, "(i)", 1, "fog, or"),
        (BlockKind.ITEM, "(ii)", 1, "snow,"),
        (BlockKind.PARAGRAPH, "", 0, "and somebody is expected."),
    ]


def test_editors_notes_and_repealed_provisions_are_left_out():
    text = "\n".join(block.text for section in read(HEAD + BODY).sections for block in section.blocks)
    assert "amended by somebody" not in text and ". . ." not in text


def test_words_before_the_first_subsection_come_before_it():
    act = HEAD + (
        "<Primary><Body><P1 id='section-1'><Pnumber>1</Pnumber><P1para><Text>Opening words.</Text>"
        "<P2><Pnumber>1</Pnumber><P2para><Text>First.</Text></P2para></P2>"
        "<P2><Pnumber>2</Pnumber><P2para><Text>Second.</Text></P2para></P2></P1para></P1></Body></Primary></Legislation>"
    )
    assert [section.pinpoint for section in read(act).sections] == ["s.1", "s.1(1)", "s.1(2)"]


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
BOMBED = HEAD.partition("?>")[2] + "<Primary><P1><P1para><Text>&j;</Text></P1para></P1></Primary></Legislation>"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not whole XML"),
        (HEAD, "not whole XML"),
        ("<html/>", "not legislation.gov.uk's XML"),
        (HEAD + "</Legislation>", "no section that is in force"),
        (BOMB + BOMBED, "entity amplification|document type of its own"),
        ('<!DOCTYPE x [<!ENTITY j "few">]>' + BOMBED, "document type of its own"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd">' + HEAD.partition("?>")[2] + "</Legislation>",
         "document type of its own"),
        (HEAD + "<Part>" * 5000 + "</Part>" * 5000 + "</Legislation>", "not whole XML"),
    ],
    ids=["empty", "cut-off", "other", "nothing", "entity-bomb", "entity", "outside", "deep"],
)  # fmt: skip
def test_what_is_no_act_is_refused_in_one_sentence(text, says):
    with pytest.raises(CannotRead, match=says):
        read(text)
