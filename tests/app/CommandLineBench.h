// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QString>
#include <QTemporaryDir>

#include <functional>
#include <memory>

namespace millrace::test {

/// `generate` to `write.jsonl` (out.jsonl), with these steps between, in a row, and these further keys of the pipeline.
QByteArray pipelineOf(const QByteArray &between, const QByteArray &count = "100", const QByteArray &more = {});

/// How a call of the program ended; status -1 where it crashed or hung.
struct Ended
{
    int status = -1;
    QByteArray output, errors;
};

/// A folder of its own, and calls of the command-line program there, as somebody makes them who has never used it.
class CommandLineBench
{
public:
    explicit CommandLineBench(QString program) : m_program(std::move(program)) {}

    /// A new, empty folder.
    void empty();
    QString folder() const { return m_folder->path(); }
    QString path(const char *name) const { return m_folder->filePath(QString::fromUtf8(name)); }
    void write(const char *name, const QByteArray &content) const;
    QByteArray content(const char *name) const;
    QJsonObject json(const char *name) const { return QJsonDocument::fromJson(content(name)).object(); }

    std::unique_ptr<QProcess> start(const QStringList &arguments) const;
    static Ended end(QProcess &process);
    Ended run(const QStringList &arguments) const { return end(*start(arguments)); }
    Ended run(const char *file, const QStringList &options = {}) const;
    /// The same on a terminal, where a person types this; after `meanwhile`, where that is given, which is called as soon as
    /// the question stands there.
    Ended runOnTerminal(const QStringList &arguments,
                        const QByteArray &typed,
                        const std::function<void()> &meanwhile = {}) const;

private:
    void prepare(QProcess &process) const;

    const QString m_program;
    std::unique_ptr<QTemporaryDir> m_folder;
};

} // namespace millrace::test
