"""Calls the gateway with clients that openapi-python-client generated."""

import os
import ssl
import uuid

from ficoba_client import AuthenticatedClient as Ficoba
from ficoba_client.api.os041_rechercher_comptes_par_num_cpte import rechercher_compte_par_num_cpte as num_cpte
from ficoba_client.models import DemandeRestitRechCompte
from r2p_client import AuthenticatedClient as R2p
from r2p_client.api.recherche_de_personne_physique_par_identifiant import recherche_par_spi

gateway, certs, token = (os.environ[name] for name in ("GATEWAY", "CERTS", "TOKEN"))
tls = ssl.create_default_context(cafile=f"{certs}/ca.pem")
tls.load_cert_chain(f"{certs}/clients/editeur-demo.pem", f"{certs}/clients/editeur-demo.key")


def headers():
    return {"authorization": f"Bearer {token}", "x_correlation_id": str(uuid.uuid4())}


ficoba = Ficoba(base_url=f"{gateway}/fcb-masrestit/api/v2", token=token, verify_ssl=tls)
demand = {
    "dateDemande": "2026-11-20",
    "motif": "0020",
    "siretDemandeur": "20999001900017",
    "justification": "client engendré",
    "criteresRecherche": {"iban": "FR7699010000010000010100185", "verificationCompte": "0"},
}
good = num_cpte.sync_detailed(client=ficoba, body=DemandeRestitRechCompte.from_dict(demand), **headers())
assert good.status_code == 200, good
assert good.parsed.nombre_reponses == "001", good.parsed
del demand["motif"]
refused = num_cpte.sync_detailed(client=ficoba, body=DemandeRestitRechCompte.from_dict(demand), **headers())
assert refused.status_code == 400 and b"CAF001" in refused.content, refused

r2p = R2p(base_url=f"{gateway}/r2p/v1", token=token, verify_ssl=tls)
person = recherche_par_spi.sync_detailed("3990000101192", client=r2p, **headers())
assert person.status_code == 200, person
assert person.parsed.personne_physique.etat_civil.lb_nom_naissance == "VALBRUNE", person.parsed
unread = recherche_par_spi.sync_detailed("39", client=r2p, **headers())
assert unread.status_code == 400, unread
