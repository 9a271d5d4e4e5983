// SPDX-License-Identifier: MIT
#include "app/CommandLineBench.h"

#include <QFile>
#include <QTest>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

namespace millrace::test {

QByteArray pipelineOf(const QByteArray &between, const QByteArray &count, const QByteArray &more)
{
    QByteArray steps = R"({"id": "numbers", "type": "generate", "params": {"count": )" + count + "}}";
    QByteArray links, before = "numbers";
    const auto link = [&](const QByteArray &id) {
        links += (links.isEmpty() ? "" : ", ") + QByteArray(R"({"from": ")") + before + R"(", "to": ")" + id + "\"}";
        before = id;
    };
    for (const QJsonValue step : QJsonDocument::fromJson('[' + between + ']').array()) {
        steps += ", " + QJsonDocument(step.toObject()).toJson(QJsonDocument::Compact);
        link(step[QLatin1String("id")].toString().toUtf8());
    }
    link("result");
    steps += R"(, {"id": "result", "type": "write.jsonl", "params": {"path": "out.jsonl"}})";
    return R"({"millrace": 1, "batching": {"size": 10}, )" + more + "\"steps\": [" + steps + "], \"links\": [" + links
           + "]}";
}

void CommandLineBench::empty()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void CommandLineBench::write(const char *name, const QByteArray &content) const
{
    QFile file(path(name));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
}

QByteArray CommandLineBench::content(const char *name) const
{
    QFile file(path(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(none)");
}

void CommandLineBench::prepare(QProcess &process) const
{
    process.setWorkingDirectory(folder());
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("XDG_DATA_HOME"), path("data"));
    environment.insert(QStringLiteral("XDG_STATE_HOME"), path("state"));
    process.setProcessEnvironment(environment);
}

std::unique_ptr<QProcess> CommandLineBench::start(const QStringList &arguments) const
{
    auto process = std::make_unique<QProcess>();
    prepare(*process);
    process->start(m_program, arguments);
    return process;
}

Ended CommandLineBench::end(QProcess &process)
{
    process.closeWriteChannel();
    const bool hasEnded = process.state() == QProcess::NotRunning ? process.error() != QProcess::FailedToStart
                                                                  : process.waitForFinished(60'000);
    if (!hasEnded || process.exitStatus() != QProcess::NormalExit)
        return {-1, process.readAllStandardOutput(), process.readAllStandardError() + process.errorString().toUtf8()};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

Ended CommandLineBench::run(const char *file, const QStringList &options) const
{
    return run(QStringList{QStringLiteral("run"), path(file)} + options);
}

Ended CommandLineBench::runOnTerminal(const QStringList &arguments,
                                      const QByteArray &typed,
                                      const std::function<void()> &meanwhile) const
{
    const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0 || ::grantpt(terminal) != 0 || ::unlockpt(terminal) != 0)
        return {};
    const QByteArray name = ::ptsname(terminal);
    const int line = ::open(name.constData(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    QProcess process;
    prepare(process);
    process.setInputChannelMode(QProcess::ForwardedInputChannel);
    process.setChildProcessModifier([line] {
        ::dup2(line, STDIN_FILENO);
        ::dup2(line, STDERR_FILENO);
    });
    Ended ended;
    QByteArray shown;
    char buffer[4096];
    const auto type = [&] { return ::write(terminal, typed.constData(), size_t(typed.size())) == typed.size(); };
    if (meanwhile || type()) {
        process.start(m_program, arguments);
        if (meanwhile) {
            for (ssize_t size = 0; !shown.contains("[y/N]") && (size = ::read(terminal, buffer, sizeof buffer)) > 0;)
                shown.append(buffer, size);
            meanwhile();
            type();
        }
        if (process.waitForFinished(60'000) && process.exitStatus() == QProcess::NormalExit)
            ended = {process.exitCode(), process.readAllStandardOutput(), {}};
    }
    ::close(line);
    ended.errors = shown;
    for (ssize_t size = 0; (size = ::read(terminal, buffer, sizeof buffer)) > 0;)
        ended.errors.append(buffer, size);
    ::close(terminal);
    return ended;
}

} // namespace millrace::test
