// SPDX-License-Identifier: MIT
// What is written for schedulers is understood by them, as far as they are here, and the cluster for trying out starts and stops.
#include "cluster/ClusterBench.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QTest>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_cluster_files {

namespace {

constexpr char Numbers[] = R"({"millrace": 1, "batching": {"size": 10}, "steps": [
    {"id": "in", "type": "generate", "params": {"count": 1000}},
    {"id": "Twice_2", "type": "multiply", "params": {"by": 2}},
    {"id": "slow", "type": "delay", "params": {"milliseconds": 1}},
    {"id": "out", "type": "write.csv", "params": {"path": "out.csv"}}],
    "links": [{"from": "in", "to": "Twice_2"}, {"from": "Twice_2", "to": "slow"}, {"from": "slow", "to": "out"}]})";

} // namespace

class TestClusterFiles : public QObject, private ClusterBench
{
    Q_OBJECT

public:
    TestClusterFiles() : ClusterBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init()
    {
        if (!empty())
            QSKIP("There is no redis-server here.");
        write("p.millrace", Numbers);
    }

    void unitsAreUnderstoodBySystemd()
    {
        QVERIFY(deploy(L("systemd")));
        const QByteArray unit = content("files/millrace-worker@.service");
        QVERIFY2(unit.contains("Restart=always") && unit.contains("\"redis://h:6379/p\""), unit.constData());
        const QString verifier = QStandardPaths::findExecutable(L("systemd-analyze"));
        if (verifier.isEmpty())
            QSKIP("There is no systemd-analyze here.");
        const auto verified = start({L("verify"), path("files/millrace-worker@.service")}, verifier);
        const int status = statusOf(*verified);
        const QByteArray text = said(*verified);
        QVERIFY2(status == 0 && !text.contains("Unknown"), text.constData());
    }
    void jobsAreGoodShellScripts()
    {
        QVERIFY(deploy(L("slurm")));
        const QByteArray job = content("files/millrace-workers.sbatch");
        QVERIFY2(job.contains("#SBATCH --array=1-3\n") && job.contains("#SBATCH --requeue"), job.constData());
        const auto shell = start({L("-n"), path("files/millrace-workers.sbatch")}, L("sh"));
        QCOMPARE(statusOf(*shell), 0);
    }
    void objectsOfKubernetesAreGoodYaml()
    {
        QVERIFY(deploy(L("kubernetes")));
        const QByteArray text = content("files/millrace-twice-2.yaml");
        QVERIFY2(text.contains("stream: \"{p}:q:Twice_2\"") && text.contains("streamLength"), text.constData());
        const auto python =
            start({L("-c"),
                   L("import sys, yaml\nkinds = [o['kind'] for o in yaml.safe_load_all(open(sys.argv[1]))]\n"
                     "sys.exit(kinds != ['Deployment', 'ScaledObject'])"),
                   path("files/millrace-twice-2.yaml")},
                  L("python3"));
        const int status = statusOf(*python);
        const QByteArray errors = said(*python);
        if (errors.contains("No module named"))
            QSKIP("Python reads no YAML here.");
        QVERIFY2(status == 0, errors.constData());
    }
    void aSecretIsWrittenNowhere()
    {
        const auto made = start({L("deploy"), path("p.millrace"), L("--on"), L("redis://u:topsecret@h/p"),
                                 L("--target"), L("slurm"), L("--out"), path("files")});
        QCOMPARE(statusOf(*made), 2);
        const QByteArray text = said(*made);
        QVERIFY2(text.contains("clusters.json") && !text.contains("topsecret"), text.constData());
        QVERIFY(!QDir(path("files")).exists());
    }

    void twoCommandsAreEnoughForTryingOut()
    {
        const auto started = start({L("cluster"), L("start"), L("--workers"), L("1")});
        const int status = statusOf(*started);
        QVERIFY2(status == 0, said(*started).constData());
        const auto run = start({L("run"), path("p.millrace"), L("--on"), L("local"), L("--report"), path("r.json")});
        const int ran = statusOf(*run);
        const QByteArray text = said(*run);
        const auto stopped = start({L("cluster"), L("stop")});
        const int ended = statusOf(*stopped);
        QVERIFY2(ran == 0, text.constData());
        QVERIFY2(ended == 0, said(*stopped).constData());
        QCOMPARE(figure("workers"), 1);
        QCOMPARE(content("out.csv").count('\n'), 1001);
        QVERIFY(!QDir(path("XDG_STATE_HOME/millrace/clusters/local")).exists());
        QCOMPARE(content("XDG_CONFIG_HOME/millrace/clusters.json").trimmed(), QByteArray("{}"));
    }

private:
    bool deploy(const QString &target)
    {
        const auto made = start({L("deploy"), path("p.millrace"), L("--on"), L("redis://h"), L("--target"), target,
                                 L("--out"), path("files"), L("--workers"), L("3")});
        const int status = statusOf(*made);
        if (status != 0)
            qWarning("%s", said(*made).constData());
        return status == 0;
    }
};

} // namespace tst_cluster_files

using tst_cluster_files::TestClusterFiles;
QTEST_GUILESS_MAIN(TestClusterFiles)
#include "tst_cluster_files.moc"
