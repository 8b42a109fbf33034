package dev.e2ee.testvectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * E2EE first in {@code java.security}, before the JDK's own, in processes of their own: keytool,
 * TLS and key stores work as before, also with keys that E2EE does not take.
 */
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class FirstProviderTest {
  private static final List<List<String>> KEYS =
      List.of(
          List.of("rsa", "-keyalg", "RSA", "-keysize", "2048"),
          List.of("p256", "-keyalg", "EC", "-groupname", "secp256r1", "-sigalg", "SHA256withECDSA"),
          List.of("p384", "-keyalg", "EC", "-groupname", "secp384r1"),
          List.of("ed25519", "-keyalg", "Ed25519"));

  /** A server and a client for each certificate and version, with some hundred records each way. */
  private static final String TLS =
      """
      import java.io.*;
      import java.nio.file.*;
      import java.security.*;
      import java.security.cert.*;
      import java.util.*;
      import javax.crypto.*;
      import javax.net.ssl.*;

      public class Tls {
        public static void main(String[] files) throws Exception {
          System.out.println("first: " + Security.getProviders()[0].getName());
          System.out.println("GCM: " + Cipher.getInstance("AES/GCM/NoPadding").getProvider().getName());
          for (String file : files) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(Path.of(file))) {
              store.load(in, "changeit".toCharArray());
            }
            for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
              System.out.println(file + " " + echo(store, protocol));
            }
          }
        }

        static String echo(KeyStore store, String protocol) throws Exception {
          KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
          own.init(store, "changeit".toCharArray());
          KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
          trusted.load(null, null);
          trusted.setCertificateEntry("peer", store.getCertificate(store.aliases().nextElement()));
          TrustManagerFactory trust =
              TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
          trust.init(trusted);
          SSLContext context = SSLContext.getInstance(protocol);
          context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
          byte[] message = new byte[2_000_000];
          new Random(1).nextBytes(message);
          try (SSLServerSocket server =
              (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0)) {
            server.setEnabledProtocols(new String[] {protocol});
            Thread thread = new Thread(() -> {
              try (var socket = server.accept()) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] got = new byte[message.length];
                in.readFully(got);
                socket.getOutputStream().write(got);
                socket.getOutputStream().flush();
                in.read();
              } catch (IOException e) {
                e.printStackTrace();
              }
            });
            thread.start();
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket("localhost", server.getLocalPort())) {
              socket.setEnabledProtocols(new String[] {protocol});
              Thread writer = new Thread(() -> {
                try {
                  socket.getOutputStream().write(message);
                } catch (IOException e) {
                  e.printStackTrace();
                }
              });
              socket.startHandshake();
              writer.start();
              byte[] back = new byte[message.length];
              new DataInputStream(socket.getInputStream()).readFully(back);
              writer.join();
              String suite = socket.getSession().getProtocol() + " " + socket.getSession().getCipherSuite();
              return suite + " " + Arrays.equals(message, back);
            } finally {
              thread.join(10_000);
            }
          }
        }
      }
      """;

  /** Each kind of the JDK's own key stores, with a private key of each kind and a secret key. */
  private static final String STORES =
      """
      import java.io.*;
      import java.nio.file.*;
      import java.security.*;
      import java.security.cert.Certificate;
      import java.util.*;
      import javax.crypto.*;
      import javax.crypto.spec.*;

      public class Stores {
        public static void main(String[] files) throws Exception {
          char[] password = "changeit".toCharArray();
          for (String type : List.of("PKCS12", "JKS", "JCEKS")) {
            KeyStore store = KeyStore.getInstance(type);
            store.load(null, password);
            Map<String, byte[]> keys = new TreeMap<>();
            for (String file : files) {
              KeyStore from = KeyStore.getInstance(Path.of(file).toFile(), password);
              String alias = from.aliases().nextElement();
              Key key = from.getKey(alias, password);
              Certificate[] chain = from.getCertificateChain(alias);
              chain[0].verify(chain[0].getPublicKey());
              store.setKeyEntry(alias, key, password, chain);
              keys.put(alias, key.getEncoded());
            }
            if (!type.equals("JKS")) {
              SecretKey secret = KeyGenerator.getInstance("AES").generateKey();
              store.setKeyEntry("secret", secret, password, null);
              keys.put("secret", secret.getEncoded());
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.store(out, password);
            KeyStore again = KeyStore.getInstance(type);
            again.load(new ByteArrayInputStream(out.toByteArray()), password);
            for (var key : keys.entrySet()) {
              if (!Arrays.equals(key.getValue(), again.getKey(key.getKey(), password).getEncoded())) {
                throw new AssertionError(type + " " + key.getKey());
              }
            }
            System.out.println(type + " " + keys.keySet());
          }
        }
      }
      """;

  @TempDir Path directory;

  private Path first;

  /** The providers of this JDK behind E2EE. */
  @BeforeEach
  void putFirst() throws Exception {
    List<String> lines = new ArrayList<>(List.of("security.provider.1=E2EE"));
    for (Provider provider : Security.getProviders()) {
      lines.add("security.provider." + (lines.size() + 1) + "=" + provider.getName());
    }
    first = Files.write(directory.resolve("first.security"), lines);
  }

  private String keytool(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.add("-J-Djava.security.properties=" + first);
    all.add("-J-cp");
    all.add("-J" + RealJars.path());
    return new RealJars(directory).run(0, "keytool", all.toArray(String[]::new));
  }

  private String java(String name, String program, List<String> arguments) throws Exception {
    Files.writeString(directory.resolve(name + ".java"), program);
    List<String> all =
        new ArrayList<>(
            List.of("-Djava.security.properties=" + first, "-cp", RealJars.path(), name + ".java"));
    all.addAll(arguments);
    return new RealJars(directory).run(0, "java", all.toArray(String[]::new));
  }

  private List<String> makeKeys() throws Exception {
    List<String> files = new ArrayList<>();
    for (List<String> key : KEYS) {
      String name = key.get(0);
      List<String> arguments =
          new ArrayList<>(
              List.of("-genkeypair", "-alias", name, "-dname", "CN=localhost", "-storetype"));
      arguments.addAll(List.of("PKCS12", "-keystore", name + ".p12", "-storepass", "changeit"));
      arguments.addAll(key.subList(1, key.size()));
      keytool(arguments.toArray(String[]::new));
      files.add(name + ".p12");
    }
    return files;
  }

  @Test
  void tlsAndKeyStoresWork() throws Exception {
    List<String> files = makeKeys();
    String listed = keytool("-list", "-v", "-keystore", "p256.p12", "-storepass", "changeit");
    assertTrue(listed.contains("SHA256withECDSA"), listed);
    String stores = java("Stores", STORES, files);
    assertEquals(
        """
        PKCS12 [ed25519, p256, p384, rsa, secret]
        JKS [ed25519, p256, p384, rsa]
        JCEKS [ed25519, p256, p384, rsa, secret]
        """,
        stores);
    List<String> tls = java("Tls", TLS, files).lines().toList();
    assertEquals(List.of("first: E2EE", "GCM: E2EE"), tls.subList(0, 2));
    assertEquals(2 + 2 * files.size(), tls.size(), tls::toString);
    for (String line : tls.subList(2, tls.size())) {
      assertTrue(line.matches("[a-z0-9]+\\.p12 TLSv1\\.[23] TLS_.*_GCM_.* true"), line);
    }
  }
}
