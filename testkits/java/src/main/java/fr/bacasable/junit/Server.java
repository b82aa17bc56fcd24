package fr.bacasable.junit;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server of one's own. It ends with this JVM, however that ends: it watches its standard input. */
final class Server {
    final Path certs;
    final String gateway;
    final String console;
    /** The certs folder, where it is ours to remove; else null. */
    private final Path scratch;
    private final Process process;
    private final Deque<String> log = new ArrayDeque<>();
    private final Thread logging;

    Server(String binary, String fixtures, String... settings) {
        List<String> command = new ArrayList<>(List.of(find(binary), "serve", "--parent-watch"));
        String free = "127.0.0.1:0";
        Map<String, String> options = new LinkedHashMap<>(Map.of("gateway-listen", free, "console-listen", free, "log-level", "warn"));
        if (!fixtures.isEmpty()) {
            options.put("fixtures", fixtures);
        }
        for (String setting : settings) {
            String[] parts = setting.split("=", 2);
            options.put(parts[0].replaceAll("[._]", "-"), parts.length > 1 ? parts[1] : "");
        }
        // A certs folder that the settings name is the caller's: it stays.
        scratch = options.containsKey("certs") ? null : temporary();
        if (scratch != null) {
            options.put("certs", scratch.toString());
            command.add("--discard-certs");
        }
        certs = Path.of(options.get("certs"));
        options.forEach((key, value) -> command.add("--" + key + "=" + value));
        try {
            process = new ProcessBuilder(command).start();
        } catch (IOException error) {
            remove(scratch);
            throw new SandboxDied(command.get(0) + " cannot be started: " + error.getMessage());
        }
        logging = new Thread(this::keepLog, "bacasable's log");
        logging.setDaemon(true);
        logging.start();
        String[] words = firstLine().split(" ");
        if (!words[0].equals("ready")) {
            stop();
            throw new SandboxDied(epitaph());
        }
        gateway = words[1].substring("gateway=".length());
        console = words[2].substring("console=".length());
    }

    /** How it ended, with the last lines of its log. */
    String epitaph() {
        try {
            if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                logging.join(1000);
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
        String how = process.isAlive() ? "does not answer" : "ended with code " + process.exitValue();
        synchronized (log) {
            String lines = log.isEmpty() ? "(none)" : String.join("\n  ", log);
            return "bacasable " + how + "; the last lines of its log:\n  " + lines;
        }
    }

    long pid() {
        return process.pid();
    }

    void stop() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException ended) {
            process.destroyForcibly();
        } catch (InterruptedException interruption) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        remove(scratch); // the server does it itself unless it was killed
    }

    private void keepLog() {
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (log) {
                    log.addLast(line);
                    if (log.size() > 20) {
                        log.removeFirst();
                    }
                }
            }
        } catch (IOException closed) {
            // the server is gone
        }
    }

    private String firstLine() {
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        CompletableFuture<String> line = CompletableFuture.supplyAsync(() -> {
            try {
                return out.readLine();
            } catch (IOException error) {
                return null;
            }
        });
        String said = line.completeOnTimeout(null, 30, TimeUnit.SECONDS).join();
        return said == null ? "" : said;
    }

    /** The program: as given, of the variable BACASABLE, or of the path. */
    private static String find(String binary) {
        String named = Sandbox.named(binary);
        if (!named.isEmpty()) {
            return named;
        }
        String name = System.getProperty("os.name").startsWith("Windows") ? "bacasable.exe" : "bacasable";
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "" : path).split(File.pathSeparator)) {
            Path program = Path.of(folder, name);
            if (Files.isExecutable(program)) {
                return program.toString();
            }
        }
        throw new SandboxDied("bacasable is not installed: put its program on PATH or into the variable BACASABLE, or name a running "
            + "server there (BACASABLE=http://localhost:8080,https://localhost:8443)");
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("bacasable-");
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static void remove(Path folder) {
        if (folder == null || !Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException | UncheckedIOException gone) {
            // the server removes it at the same time
        }
    }
}
