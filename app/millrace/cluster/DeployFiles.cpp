// SPDX-License-Identifier: MIT
#include "millrace/cluster/DeployFiles.h"

#include <algorithm>

namespace millrace {

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

/// In single quotes for a shell.
std::string shellQuoted(const std::string &text)
{
    std::string quoted = "'";
    for (const char c : text)
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + '\'';
}

/// In double quotes for systemd, to which % and $ mean something, or for YAML.
std::string doubleQuoted(const std::string &text, bool isUnit)
{
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += c;
        if (isUnit && (c == '%' || c == '$'))
            quoted += c;
    }
    return quoted + '"';
}

/// As an object of Kubernetes may be called: small letters, digits and dashes.
std::string objectName(std::string text)
{
    for (char &c : text) {
        c = c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
            c = '-';
    }
    while (text.starts_with('-'))
        text.erase(0, 1);
    text.resize(std::min<size_t>(text.size(), 50));
    while (text.ends_with('-'))
        text.pop_back();
    return text.empty() ? "run" : text;
}

Files unitFiles(const DeployPlan &plan)
{
    const auto quoted = [](const std::string &text) { return doubleQuoted(text, true); };
    const std::string common = "[Unit]\n"
                               "After=network-online.target\n"
                               "Wants=network-online.target\n";
    const std::string worker = common + "Description=Millrace worker %i for the run " + plan.name
                               + "\nStartLimitIntervalSec=0\n\n[Service]\nExecStart=" + quoted(plan.program)
                               + " worker --on " + quoted(plan.cluster) + " --folder " + quoted(plan.folder)
                               + "\n# Its settings are here: clusters.json, and what it may run (trusted).\n"
                                 "DynamicUser=yes\nStateDirectory=millrace-worker\n"
                                 "Environment=XDG_CONFIG_HOME=/etc XDG_DATA_HOME=%S/millrace-worker "
                                 "XDG_STATE_HOME=%S/millrace-worker\n"
                                 "Restart=always\nRestartSec=2\nKillSignal=SIGTERM\nTimeoutStopSec=60\n"
                                 "MemoryMax=2G\nNoNewPrivileges=yes\nProtectSystem=strict\nProtectHome=read-only\n\n"
                                 "[Install]\nWantedBy=multi-user.target\n";
    const std::string run =
        common + "Description=Millrace run " + plan.name + "\n\n[Service]\nType=exec\nExecStart=" + quoted(plan.program)
        + " run " + quoted(plan.file) + " --on " + quoted(plan.cluster)
        + " --resume --progress never\nWorkingDirectory=" + plan.folder
        + "\nEnvironment=XDG_CONFIG_HOME=/etc\n"
          "# A run that was killed goes on; one that has failed for good (2: the call or the file is wrong) stays.\n"
          "Restart=on-failure\nRestartSec=5\nRestartPreventExitStatus=2 3\n\n"
          "[Install]\nWantedBy=multi-user.target\n";
    return {{"millrace-worker@.service", worker}, {"millrace-run.service", run}};
}

Files batchFiles(const DeployPlan &plan)
{
    const std::string worker =
        "#!/bin/sh\n#SBATCH --job-name=millrace-" + objectName(plan.name) + "\n#SBATCH --array=1-"
        + std::to_string(plan.workers)
        + "\n#SBATCH --ntasks=1\n#SBATCH --cpus-per-task=1\n#SBATCH --mem=2G\n#SBATCH --requeue\n"
          "#SBATCH --open-mode=append\n"
          "# Slurm starts a job again only where its node has died: what ends otherwise is started again here.\n"
          "trap 'kill -TERM \"$worker\" 2>/dev/null; wait \"$worker\"; exit 0' TERM INT\n"
          "while true; do\n    "
        + shellQuoted(plan.program) + " worker --on " + shellQuoted(plan.cluster) + " --folder "
        + shellQuoted(plan.folder)
        + " &\n    worker=$!\n    wait \"$worker\" && exit 0\n"
          "    [ $? -eq 2 ] && exit 2 # it says why it can't work here\n    sleep 2\ndone\n";
    return {{"millrace-workers.sbatch", worker}};
}

std::string deployment(const DeployPlan &plan, const std::string &step)
{
    const auto quoted = [](const std::string &text) { return doubleQuoted(text, false); };
    const std::string name = "millrace-" + objectName(plan.name) + '-' + objectName(step);
    return "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: " + name + "\n  labels: {app: " + name
           + "}\nspec:\n  replicas: " + std::to_string(plan.workers) + "\n  selector:\n    matchLabels: {app: " + name
           + "}\n  template:\n    metadata:\n      labels: {app: " + name
           + "}\n    spec:\n      terminationGracePeriodSeconds: 60\n      containers:\n        - name: worker\n"
             "          image: millrace # yours, with the same build of Millrace as the run's\n          args: "
             "[worker, --on, "
           + quoted(plan.cluster) + ", --steps, " + quoted(step)
           + "]\n          volumeMounts:\n            - {name: settings, mountPath: /etc/millrace, readOnly: true}\n"
             "          env:\n            - {name: XDG_CONFIG_HOME, value: /etc}\n"
             "          resources:\n            limits: {memory: 2Gi}\n      volumes:\n        - name: settings\n"
             "          secret: {secretName: millrace-clusters} # clusters.json, and the secret that it names\n";
}

/// By the batches that wait: `streamLength`, for what is done is taken out of the stream, so that there is no lag to go by.
std::string scaledObject(const DeployPlan &plan, const std::string &step)
{
    const std::string name = "millrace-" + objectName(plan.name) + '-' + objectName(step);
    return "---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata:\n  name: " + name
           + "\nspec:\n  scaleTargetRef: {name: " + name
           + "}\n  minReplicaCount: 0\n  maxReplicaCount: " + std::to_string(std::max(plan.workers, 10))
           + "\n  triggers:\n    - type: redis-streams\n      metadata:\n        address: "
           + doubleQuoted(plan.host + ':' + std::to_string(plan.port), false) + "\n        stream: "
           + doubleQuoted('{' + plan.name + "}:q:" + step, false) + "\n        streamLength: \"8\"\n";
}

} // namespace

std::vector<std::pair<std::string, std::string>> deployFiles(const std::string &target, const DeployPlan &plan)
{
    if (target == "systemd")
        return unitFiles(plan);
    if (target == "slurm")
        return batchFiles(plan);
    Files files;
    if (target == "kubernetes")
        for (const std::string &step : plan.steps)
            files.emplace_back("millrace-" + objectName(step) + ".yaml",
                               deployment(plan, step) + scaledObject(plan, step));
    return files;
}

} // namespace millrace
