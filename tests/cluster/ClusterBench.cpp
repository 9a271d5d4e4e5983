// SPDX-License-Identifier: MIT
#include "cluster/ClusterBench.h"

#include "cluster/EndsWithTest.h"

#include <QFile>
#include <QJsonDocument>

namespace millrace::test {

ClusterBench::~ClusterBench()
{
    for (const Process &worker : m_workers) {
        worker->kill();
        worker->waitForFinished();
    }
}

bool ClusterBench::empty()
{
    for (const Process &worker : m_workers) {
        worker->kill();
        worker->waitForFinished();
    }
    m_workers.clear();
    m_workerOptions.clear();
    m_folder = std::make_unique<QTemporaryDir>();
    m_server.kill();
    m_server.clear();
    return m_server.start();
}

void ClusterBench::write(const char *name, const QByteArray &content) const
{
    QFile file(path(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("%s can't be written", name);
}

QByteArray ClusterBench::content(const char *name) const
{
    QFile file(path(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(none)");
}

QJsonObject ClusterBench::json(const char *name) const
{
    return QJsonDocument::fromJson(content(name)).object();
}

int ClusterBench::figure(const char *name) const
{
    const QJsonObject cluster = json("r.json").value(QStringLiteral("cluster")).toObject();
    return cluster.value(QString::fromUtf8(name)).toInt(-1);
}

ClusterBench::Process ClusterBench::start(const QStringList &arguments, const QString &program) const
{
    auto process = std::make_unique<QProcess>();
    process->setWorkingDirectory(m_folder->path());
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char *name : {"XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"})
        environment.insert(QString::fromUtf8(name), path(name));
    if (arguments.first() == QLatin1String("worker")) // on another machine nobody has agreed to what is agreed to here
        environment.insert(QStringLiteral("XDG_DATA_HOME"), path("worker-data"));
    process->setProcessEnvironment(environment);
    process->setStandardInputFile(QProcess::nullDevice());
    endWithTest(*process);
    process->start(program.isEmpty() ? m_program : program, arguments);
    return process;
}

QProcess &ClusterBench::startWorker(const QStringList &options, const QString &program)
{
    m_workers.push_back(
        start(QStringList{QStringLiteral("worker"), QStringLiteral("--on"), m_server.url()} + options, program));
    m_workerOptions.push_back(options);
    return *m_workers.back();
}

void ClusterBench::killWorker(size_t number)
{
    m_workers[number]->kill();
    m_workers[number]->waitForFinished();
    m_workers[number] =
        start(QStringList{QStringLiteral("worker"), QStringLiteral("--on"), m_server.url()} + m_workerOptions[number]);
}

ClusterBench::Process ClusterBench::startRun(const char *file, const QStringList &options) const
{
    return start(QStringList{QStringLiteral("run"), path(file), QStringLiteral("--on"), m_server.url(),
                             QStringLiteral("--heartbeat"), QStringLiteral("0.2"), QStringLiteral("--report"),
                             path("r.json")}
                 + options);
}

int ClusterBench::statusOf(QProcess &process)
{
    constexpr int Patience = 60'000; // milliseconds
    const bool hasEnded = process.state() == QProcess::NotRunning ? process.error() != QProcess::FailedToStart
                                                                  : process.waitForFinished(Patience);
    return hasEnded && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
}

} // namespace millrace::test
