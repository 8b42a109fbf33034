/** The command line {@code e2ee}. */
@org.jspecify.annotations.NullMarked
module dev.e2ee.cli {
  requires static org.jspecify;
  requires com.fasterxml.jackson.core;
  requires com.zaxxer.hikari;
  requires dev.e2ee.custody.file;
  requires dev.e2ee.custody.keychain;
  requires dev.e2ee.custody.tck;
  requires dev.e2ee.provider;
  requires dev.e2ee.testvectors;
  requires info.picocli;
  requires java.sql;
  requires me.tongfei.progressbar;

  uses dev.e2ee.spi.CustodyProvider;
  uses java.sql.Driver;

  opens dev.e2ee.cli to
      info.picocli;
  opens dev.e2ee.cli.conformance to
      info.picocli;
  opens dev.e2ee.cli.custody to
      info.picocli;
  opens dev.e2ee.cli.demo to
      info.picocli;
  opens dev.e2ee.cli.device to
      info.picocli;
  opens dev.e2ee.cli.doctor to
      info.picocli;
  opens dev.e2ee.cli.invite to
      info.picocli;
  opens dev.e2ee.cli.io to
      info.picocli;
  opens dev.e2ee.cli.key to
      info.picocli;
  opens dev.e2ee.cli.envelope to
      info.picocli;
  opens dev.e2ee.cli.keyring to
      info.picocli;
  opens dev.e2ee.cli.recovery to
      info.picocli;
  opens dev.e2ee.cli.rewrap to
      info.picocli;
  opens dev.e2ee.cli.rotate to
      info.picocli;
  opens dev.e2ee.cli.secret to
      info.picocli;
  opens dev.e2ee.cli.slot to
      info.picocli;
  opens dev.e2ee.cli.store to
      info.picocli;
  opens dev.e2ee.cli.token to
      info.picocli;
  opens dev.e2ee.cli.transfer to
      info.picocli;
}
