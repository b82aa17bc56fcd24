"""Two uses of SFiP: a bank that checks the right to a livret d'épargne populaire, a town that sets a tariff by income.

    bacasable serve &
    pytest examples/python            (or: python3 -m unittest discover -s examples/python)
"""

import unittest

from bacasable import Console, Partner

CELINE, WITHOUT_ASSESSMENT, NOBODY = "3990000101192", "3990006001471", "3999999999331"
NOT_ELIGIBLE = "3990000201292"
YEAR = 2026

console = Console()


def bank():
    return Partner("banque-lep", teleservice="SFIP_LEP").authenticate("sfip_lep")


def may_open_a_lep(answer):
    """What a bank does with the answer: yes, no, or None when the tax administration cannot say and the customer must show a notice."""
    if answer.status == 200:
        return answer.json["statut"] == "O"
    if answer.status == 410 and answer.code == 4101:
        return None
    raise AssertionError(f"{answer.status} {answer.text}")


class Sfip(unittest.TestCase):
    def setUp(self):
        console.reset()
        console.clock(now="2026-11-22T10:00:00Z", frozen=True)

    def test_a_bank_asks_before_it_opens_a_lep(self):
        ours = bank()
        self.assertIs(may_open_a_lep(ours.lep(CELINE, YEAR)), True)
        self.assertIs(may_open_a_lep(ours.lep(NOT_ELIGIBLE, YEAR)), False)
        self.assertIsNone(may_open_a_lep(ours.lep(WITHOUT_ASSESSMENT, YEAR)))

    def test_a_customer_whom_nobody_knows_is_asked_for_more(self):
        refused = bank().lep(NOBODY, YEAR)
        self.assertEqual((refused.status, refused.code), (404, 40433))

    def test_a_town_reads_who_declared(self):
        town = Partner("ville-tarifs", teleservice="SFIP_TARIFS").authenticate("sfip_donnees_fiscales_usagers")
        answer = town.situation(nom="VALBRUNE", prenom="CELINE", naisDate="12/04/1985")
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual((answer.json["sitFam"], answer.json["nmNaiDec1"]), ("C", "VALBRUNE"))

    def test_each_may_ask_for_its_own_service_only(self):
        refused = bank().situation(spi=CELINE)
        self.assertEqual((refused.status, refused.code), (403, 900910))


if __name__ == "__main__":
    unittest.main()
