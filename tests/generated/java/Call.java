import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Calls the gateway with clients that openapi-generator made. */
final class Call {
    private static final String GATEWAY = System.getenv("GATEWAY");
    private static final String BEARER = "Bearer " + System.getenv("TOKEN");
    private static final Path CERTS = Path.of(System.getenv("CERTS"));

    public static void main(String[] arguments) throws Exception {
        HttpClient.Builder http = HttpClient.newBuilder().sslContext(tls());

        var numCpte = new ficoba.api.Os041RechercherComptesParNumCpteApi(
            new ficoba.ApiClient(http, ficoba.ApiClient.createDefaultObjectMapper(), GATEWAY + "/fcb-masrestit/api/v2"));
        var criteria = new ficoba.model.CriteresRechercheCompte().iban("FR7699010000010000010100185").verificationCompte("0");
        var demand = new ficoba.model.DemandeRestitRechCompte().dateDemande("2026-11-20").motif("0020").siretDemandeur("20999001900017")
            .justification("client engendré").criteresRecherche(criteria);
        expect("001", numCpte.rechercherCompteParNumCpte(BEARER, id(), demand, null).getNombreReponses());
        try {
            throw new AssertionError(numCpte.rechercherCompteParNumCpte(BEARER, id(), demand.motif(null), null));
        } catch (ficoba.ApiException refused) {
            expect(400, refused.getCode());
            expect(true, refused.getResponseBody().contains("CAF001"));
        }

        var bySpi = new r2p.api.RechercheDePersonnePhysiqueParIdentifiantApi(
            new r2p.ApiClient(http, r2p.ApiClient.createDefaultObjectMapper(), GATEWAY + "/r2p/v1"));
        var person = bySpi.rechercheParSPI(BEARER, id(), "3990000101192").getPersonnePhysique();
        expect("VALBRUNE", person.getEtatCivil().getLbNomNaissance());
        try {
            throw new AssertionError(bySpi.rechercheParSPI(BEARER, id(), "39"));
        } catch (r2p.ApiException unread) {
            expect(400, unread.getCode());
        }
    }

    private static SSLContext tls() throws Exception {
        KeyStore own = KeyStore.getInstance(CERTS.resolve("clients/editeur-demo.p12").toFile(), "bacasable".toCharArray());
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, "bacasable".toCharArray());
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        var authority = new ByteArrayInputStream(Files.readAllBytes(CERTS.resolve("ca.pem")));
        trusted.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(authority));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private static void expect(Object wanted, Object seen) {
        if (!wanted.equals(seen)) {
            throw new AssertionError(seen + " instead of " + wanted);
        }
    }
}
