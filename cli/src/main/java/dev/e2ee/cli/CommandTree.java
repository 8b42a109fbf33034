package dev.e2ee.cli;

import dev.e2ee.cli.demo.DemoCommand;
import dev.e2ee.cli.doctor.DoctorCommand;
import dev.e2ee.cli.envelope.InspectCommand;
import dev.e2ee.cli.envelope.OpenCommand;
import dev.e2ee.cli.envelope.SealCommand;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.key.KeyCommand;
import dev.e2ee.cli.key.KeyExportCommand;
import dev.e2ee.cli.key.KeyGenerateCommand;
import dev.e2ee.cli.key.KeyImportCommand;
import dev.e2ee.cli.key.KeyListCommand;
import dev.e2ee.cli.key.KeyRetireCommand;
import dev.e2ee.cli.key.KeyRotateCommand;
import dev.e2ee.cli.rewrap.RewrapCommand;
import dev.e2ee.cli.slot.PasswdCommand;
import dev.e2ee.cli.slot.SlotAddCommand;
import dev.e2ee.cli.slot.SlotListCommand;
import dev.e2ee.cli.slot.SlotRemoveCommand;
import dev.e2ee.cli.store.InitCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.OptionSpec;

/** All commands, made for given surroundings. */
public final class CommandTree {
  private CommandTree() {}

  /** Runs one command line. */
  public static int run(Surroundings surroundings, String... arguments) {
    RootCommand root = new RootCommand();
    CommandLine line = of(root, surroundings);
    ErrorReport report = new ErrorReport(surroundings, root);
    line.setParameterExceptionHandler(report);
    line.setExecutionExceptionHandler(report);
    int exit = line.execute(arguments);
    surroundings.out().flush();
    return exit;
  }

  /** The tree; arguments that begin with @ are arguments, not files to read arguments from. */
  static CommandLine of(RootCommand root, Surroundings s) {
    CommandLine key =
        new CommandLine(new KeyCommand())
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
    CommandLine line =
        new CommandLine(root)
            .addSubcommand(new InitCommand(s))
            .addSubcommand(key)
            .addSubcommand(new SealCommand(s))
            .addSubcommand(new OpenCommand(s))
            .addSubcommand(new InspectCommand(s))
            .addSubcommand(new RewrapCommand(s))
            .addSubcommand(new DemoCommand(s))
            .addSubcommand(new DoctorCommand(s))
            .addSubcommand(new VersionCommand(s))
            .addSubcommand(new CompletionCommand(s));
    addHelp(line);
    line.getCommandSpec().usageMessage().exitCodeList(RootCommand.exitCodes());
    return line.addSubcommand(new HelpCommand())
        .setExpandAtFiles(false)
        .setOut(new PrintWriter(s.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(s.err(), true, StandardCharsets.UTF_8));
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
