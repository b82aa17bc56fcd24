import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Calls the gateway with each certificate, by the JDK alone: "certificate what-came-back", a line each. */
public class Probe {
    static final char[] PASSWORD = "bacasable".toCharArray();

    public static void main(String[] args) throws Exception {
        for (int at = 3; at < args.length; at++) {
            System.out.println(args[at] + " " + probe(Integer.parseInt(args[0]), Path.of(args[1]), args[2], args[at]));
        }
    }

    /**
     * A socket of the JDK's TLS, read in turn: its HttpClient, which reads and writes at once, loses the alert of a refused
     * connection now and then on a busy machine, and says "null", "closed channel" or nothing at all.
     */
    static String probe(int port, Path certs, String path, String name) throws Exception {
        try (SSLSocket socket = (SSLSocket) context(certs, name).getSocketFactory().createSocket("localhost", port)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher code = Pattern.compile("(?s)HTTP/1.1 (\\d+) .*\"code\":(\\d+)").matcher(answer);
            return code.find() ? code.group(1) + " " + code.group(2) : answer;
        } catch (IOException refused) {
            return refused.toString();
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
