import java.io.FileInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Calls the gateway with each certificate, by the JDK alone: "certificate what-came-back", a line each. */
public class Probe {
    static final char[] PASSWORD = "bacasable".toCharArray();

    public static void main(String[] args) throws Exception {
        for (int at = 3; at < args.length; at++) {
            System.out.println(args[at] + " " + probe(args[0], Path.of(args[1]), args[2], args[at], 5));
        }
    }

    static String probe(String port, Path certs, String path, String name, int tries) throws Exception {
        HttpClient client = HttpClient.newBuilder().sslContext(context(certs, name)).build();
        URI address = URI.create("https://localhost:" + port + path);
        HttpRequest request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(20)).build();
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            Matcher code = Pattern.compile("\"code\":(\\d+)").matcher(answer.body());
            return answer.statusCode() + " " + (code.find() ? code.group(1) : answer.version());
        } catch (HttpTimeoutException | ClosedChannelException lost) {
            // On a busy machine the JDK 17 client trips over its own closing of the refused connection, or waits for ever.
            return tries > 1 ? probe(port, certs, path, name, tries - 1) : lost.toString();
        } catch (java.io.IOException refused) {
            return refused.getMessage();
        }
    }

    /** A partner's .p12 is keystore and truststore at once; the faulty certificates come as PEM. */
    static SSLContext context(Path certs, String name) throws Exception {
        KeyStore own = KeyStore.getInstance("PKCS12");
        KeyStore trusted = own;
        Path store = certs.resolve("clients/" + name + ".p12");
        if (Files.exists(store)) {
            own.load(new FileInputStream(store.toFile()), PASSWORD);
        } else {
            own.load(null, PASSWORD);
            if (!name.equals("none")) {
                Certificate[] chain = {certificate(certs.resolve("clients/" + name + ".pem"))};
                own.setKeyEntry("own", key(certs.resolve("clients/" + name + ".key")), PASSWORD, chain);
            }
            trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, PASSWORD);
            trusted.setCertificateEntry("ca", certificate(certs.resolve("ca.pem")));
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    static Certificate certificate(Path pem) throws Exception {
        try (FileInputStream in = new FileInputStream(pem.toFile())) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    static PrivateKey key(Path pem) throws Exception {
        String text = Files.readString(pem).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
    }
}
