package dev.e2ee.cli;

import dev.e2ee.cli.conformance.ConformanceCommand;
import dev.e2ee.cli.custody.BenchCommand;
import dev.e2ee.cli.custody.CustodyCommand;
import dev.e2ee.cli.custody.ListCommand;
import dev.e2ee.cli.custody.ProbeCommand;
import dev.e2ee.cli.custody.TestCommand;
import dev.e2ee.cli.demo.DemoCommand;
import dev.e2ee.cli.device.DeviceAcceptCommand;
import dev.e2ee.cli.device.DeviceApproveCommand;
import dev.e2ee.cli.device.DeviceCommand;
import dev.e2ee.cli.device.DeviceInitCommand;
import dev.e2ee.cli.device.DeviceListCommand;
import dev.e2ee.cli.device.DeviceRequestCommand;
import dev.e2ee.cli.device.DeviceRevokeCommand;
import dev.e2ee.cli.device.DeviceWrapCommand;
import dev.e2ee.cli.device.FingerprintCommand;
import dev.e2ee.cli.doctor.DoctorCommand;
import dev.e2ee.cli.envelope.InspectCommand;
import dev.e2ee.cli.envelope.OpenCommand;
import dev.e2ee.cli.envelope.SealCommand;
import dev.e2ee.cli.invite.InviteAcceptCommand;
import dev.e2ee.cli.invite.InviteCommand;
import dev.e2ee.cli.invite.InviteCreateCommand;
import dev.e2ee.cli.invite.InviteListCommand;
import dev.e2ee.cli.invite.InviteReceiveCommand;
import dev.e2ee.cli.invite.InviteRevokeCommand;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.key.KeyCommand;
import dev.e2ee.cli.key.KeyExportCommand;
import dev.e2ee.cli.key.KeyGenerateCommand;
import dev.e2ee.cli.key.KeyImportCommand;
import dev.e2ee.cli.key.KeyListCommand;
import dev.e2ee.cli.key.KeyRetireCommand;
import dev.e2ee.cli.key.KeyRotateCommand;
import dev.e2ee.cli.keyring.KeyringAddCommand;
import dev.e2ee.cli.keyring.KeyringCommand;
import dev.e2ee.cli.keyring.KeyringCreateCommand;
import dev.e2ee.cli.keyring.KeyringForgetCommand;
import dev.e2ee.cli.keyring.KeyringKeysCommand;
import dev.e2ee.cli.keyring.KeyringOpenCommand;
import dev.e2ee.cli.keyring.KeyringPinCommand;
import dev.e2ee.cli.keyring.KeyringPublishedCommand;
import dev.e2ee.cli.keyring.KeyringRemoveCommand;
import dev.e2ee.cli.keyring.KeyringRotateCommand;
import dev.e2ee.cli.keyring.KeyringSealCommand;
import dev.e2ee.cli.keyring.KeyringShowCommand;
import dev.e2ee.cli.recovery.RecoveryCheckCommand;
import dev.e2ee.cli.recovery.RecoveryCommand;
import dev.e2ee.cli.recovery.RecoveryCreateCommand;
import dev.e2ee.cli.recovery.RecoveryRestoreCommand;
import dev.e2ee.cli.rewrap.RewrapCommand;
import dev.e2ee.cli.rotate.RotateCommand;
import dev.e2ee.cli.slot.PasswdCommand;
import dev.e2ee.cli.slot.SlotAddCommand;
import dev.e2ee.cli.slot.SlotListCommand;
import dev.e2ee.cli.slot.SlotRemoveCommand;
import dev.e2ee.cli.store.InitCommand;
import dev.e2ee.cli.token.TokenCheckCommand;
import dev.e2ee.cli.token.TokenCommand;
import dev.e2ee.cli.token.TokenCreateCommand;
import dev.e2ee.cli.token.TokenRotateCommand;
import dev.e2ee.cli.token.TokenShowCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.OptionSpec;

/** All commands, made for given surroundings. */
public final class CommandTree {
  private CommandTree() {}

  /** Runs one command line. */
  public static int run(Surroundings surroundings, String... arguments) {
    RootCommand root = new RootCommand();
    CommandLine line = of(root, surroundings, arguments.length == 0 ? "" : arguments[0]);
    ErrorReport report = new ErrorReport(surroundings, root);
    line.setParameterExceptionHandler(report);
    line.setExecutionExceptionHandler(report);
    try {
      return line.execute(arguments);
    } catch (LinkageError | VirtualMachineError e) {
      return report.handleError(e);
    } finally {
      surroundings.out().flush();
    }
  }

  /**
   * The tree, or as much of it as the first argument needs: picocli reads each command's class when
   * it is added, which is most of the time that a short command takes.
   */
  static CommandLine of(RootCommand root, Surroundings s, String first) {
    Map<String, Supplier<Object>> commands = commands(s);
    CommandLine line = new CommandLine(root);
    if (commands.containsKey(first)) {
      commands.keySet().retainAll(Set.of(first));
    }
    if (!first.equals("--version") && !first.equals("-V")) {
      commands.forEach((name, command) -> line.addSubcommand(name, command.get()));
    }
    addHelp(line);
    line.getCommandSpec().usageMessage().exitCodeList(RootCommand.exitCodes());
    return line.addSubcommand(new HelpCommand())
        .setExpandAtFiles(false) // an argument that begins with @ is no file of arguments
        .setOut(new PrintWriter(s.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(s.err(), true, StandardCharsets.UTF_8));
  }

  private static Map<String, Supplier<Object>> commands(Surroundings s) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("init", () -> new InitCommand(s));
    commands.put("key", () -> keyCommands(s));
    commands.put("seal", () -> new SealCommand(s));
    commands.put("open", () -> new OpenCommand(s));
    commands.put("inspect", () -> new InspectCommand(s));
    commands.put("rewrap", () -> new RewrapCommand(s));
    commands.put("rotate", () -> new RotateCommand(s));
    commands.put("device", () -> deviceCommands(s));
    commands.put("fingerprint", () -> new FingerprintCommand(s));
    commands.put("recovery", () -> recoveryCommands(s));
    commands.put("invite", () -> inviteCommands(s));
    commands.put("keyring", () -> keyringCommands(s));
    commands.put("token", () -> tokenCommands(s));
    commands.put("custody", () -> custodyCommands(s));
    commands.put("demo", () -> new DemoCommand(s));
    commands.put("conformance", () -> new ConformanceCommand(s));
    commands.put("doctor", () -> new DoctorCommand(s));
    commands.put("version", () -> new VersionCommand(s));
    commands.put("generate-completion", () -> new CompletionCommand(s));
    return commands;
  }

  private static CommandLine keyCommands(Surroundings s) {
    return new CommandLine(new KeyCommand())
        .addSubcommand(new KeyListCommand(s))
        .addSubcommand(new KeyGenerateCommand(s))
        .addSubcommand(new KeyRotateCommand(s))
        .addSubcommand(new KeyRetireCommand(s))
        .addSubcommand(new KeyExportCommand(s))
        .addSubcommand(new KeyImportCommand(s))
        .addSubcommand(new PasswdCommand(s))
        .addSubcommand(new SlotListCommand(s))
        .addSubcommand(new SlotAddCommand(s))
        .addSubcommand(new SlotRemoveCommand(s));
  }

  private static CommandLine deviceCommands(Surroundings s) {
    return new CommandLine(new DeviceCommand())
        .addSubcommand(new DeviceInitCommand(s))
        .addSubcommand(new DeviceRequestCommand(s))
        .addSubcommand(new DeviceApproveCommand(s))
        .addSubcommand(new DeviceAcceptCommand(s))
        .addSubcommand(new DeviceListCommand(s))
        .addSubcommand(new DeviceRevokeCommand(s))
        .addSubcommand(new DeviceWrapCommand(s));
  }

  private static CommandLine recoveryCommands(Surroundings s) {
    return new CommandLine(new RecoveryCommand())
        .addSubcommand(new RecoveryCreateCommand(s))
        .addSubcommand(new RecoveryCheckCommand(s))
        .addSubcommand(new RecoveryRestoreCommand(s));
  }

  private static CommandLine inviteCommands(Surroundings s) {
    return new CommandLine(new InviteCommand())
        .addSubcommand(new InviteCreateCommand(s))
        .addSubcommand(new InviteAcceptCommand(s))
        .addSubcommand(new InviteReceiveCommand(s))
        .addSubcommand(new InviteListCommand(s))
        .addSubcommand(new InviteRevokeCommand(s));
  }

  private static CommandLine keyringCommands(Surroundings s) {
    return new CommandLine(new KeyringCommand())
        .addSubcommand(new KeyringKeysCommand(s))
        .addSubcommand(new KeyringPinCommand(s))
        .addSubcommand(new KeyringForgetCommand(s))
        .addSubcommand(new KeyringCreateCommand(s))
        .addSubcommand(new KeyringAddCommand(s))
        .addSubcommand(new KeyringRemoveCommand(s))
        .addSubcommand(new KeyringRotateCommand(s))
        .addSubcommand(new KeyringPublishedCommand(s))
        .addSubcommand(new KeyringShowCommand(s))
        .addSubcommand(new KeyringSealCommand(s))
        .addSubcommand(new KeyringOpenCommand(s));
  }

  private static CommandLine tokenCommands(Surroundings s) {
    return new CommandLine(new TokenCommand())
        .addSubcommand(new TokenCreateCommand(s))
        .addSubcommand(new TokenCheckCommand(s))
        .addSubcommand(new TokenRotateCommand(s))
        .addSubcommand(new TokenShowCommand(s));
  }

  private static CommandLine custodyCommands(Surroundings s) {
    return new CommandLine(new CustodyCommand())
        .addSubcommand(new ListCommand(s))
        .addSubcommand(new ProbeCommand(s))
        .addSubcommand(new TestCommand(s))
        .addSubcommand(new BenchCommand(s));
  }

  private static void addHelp(CommandLine line) {
    line.getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help and end.")
                .build());
    line.getSubcommands().values().forEach(CommandTree::addHelp);
  }
}
