// SPDX-License-Identifier: MIT
// What one face of the program has fitted and kept, the other one uses: the command line and the C++ API.
#include "streaming/SequentialQueuedPipeline.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace millrace;

namespace tst_fitted_folders {

namespace {

constexpr int Count = 57;

QString latin(const char *text)
{
    return QString::fromLatin1(text);
}

/// 1, 4, 9, …
DataContainer squares()
{
    std::vector<int64_t> numbers;
    for (int64_t i = 1; i <= Count; ++i)
        numbers.push_back(i * i);
    return {.dataInputs = numbers};
}

SequentialQueuedPipeline pipeline()
{
    return SequentialQueuedPipeline(
        {{"scale", step("scale.standard")}, {"times", multiply(3)}, {"low", step("scale.minmax")}}, {.batchSize = 10});
}

} // namespace

class TestFittedFolders : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QJsonArray numbers;
        for (int64_t i = 1; i <= Count; ++i)
            numbers.append(qint64(i * i));
        write("in.json", QJsonDocument(QJsonObject{{QStringLiteral("data_inputs"), numbers}}).toJson());
        write("p.millrace", R"({"millrace": 1, "batching": {"size": 10}, "steps": [
            {"id": "in", "type": "read.container", "params": {"path": "in.json"}},
            {"id": "scale", "type": "scale.standard"},
            {"id": "times", "type": "multiply", "params": {"by": 3}},
            {"id": "low", "type": "scale.minmax"},
            {"id": "out", "type": "write.container", "params": {"path": "out.json"}}],
          "links": [{"from": "in", "to": "scale"}, {"from": "scale", "to": "times"}, {"from": "times", "to": "low"},
                    {"from": "low", "to": "out"}]})");
    }
    void whatTheCommandLineFittedTheApiLoads()
    {
        QCOMPARE(run({latin("fit"), path("p.millrace"), latin("--save"), path("fitted")}), QByteArray());
        QCOMPARE(run({latin("run"), path("p.millrace"), latin("--fitted"), path("fitted")}), QByteArray());
        SequentialQueuedPipeline loaded = pipeline();
        const auto read = loaded.load(path("fitted").toStdString());
        QVERIFY2(read, read ? "" : read.error().message.c_str());
        QVERIFY(read->empty()); // data in memory instead of a file are no change
        const auto result = loaded.transform(squares());
        QVERIFY(result);
        QVERIFY(result->dataInputs == written());
        const auto whole = SequentialQueuedPipeline::fromFolder(path("fitted").toStdString());
        QVERIFY2(whole, whole ? "" : whole.error().message.c_str());
        QVERIFY(whole->transform(squares())->dataInputs == written());
    }
    void whatTheApiFittedTheCommandLineRuns()
    {
        SequentialQueuedPipeline fitted = pipeline();
        const auto result = fitted.fitTransform(squares());
        QVERIFY(result);
        QVERIFY(fitted.save(path("fitted").toStdString()));
        QCOMPARE(run({latin("run"), path("p.millrace"), latin("--fitted"), path("fitted")}), QByteArray());
        QVERIFY(result->dataInputs == written());
        // With ends of its own, the folder's own pipeline runs as it is. They are outside of it, which asks for trust.
        QVERIFY(QFile::remove(path("out.json")));
        QVERIFY(fitted.save(path("whole").toStdString(),
                            step("read.container", {{"path", path("in.json").toStdString()}}),
                            step("write.container", {{"path", path("out.json").toStdString()}})));
        QCOMPARE(
            run({latin("run"), latin("--trust"), path("whole/pipeline.millrace"), latin("--fitted"), path("whole")}),
            QByteArray());
        QVERIFY(result->dataInputs == written());
        // A later fit by the command line takes the API's folder's place, and the API reads it.
        QCOMPARE(run({latin("fit"), path("p.millrace"), latin("--save"), path("whole")}), QByteArray());
        SequentialQueuedPipeline loaded = pipeline();
        QVERIFY(loaded.load(path("whole").toStdString()));
        QVERIFY(loaded.fitted() == fitted.fitted());
    }
    void aHalfDeletedFolderOfTheApiIsRefusedByTheCommandLine()
    {
        SequentialQueuedPipeline fitted = pipeline();
        QVERIFY(fitted.fit(squares()));
        QVERIFY(fitted.save(path("fitted").toStdString()));
        QVERIFY(QFile::remove(path("fitted/steps/low.json")));
        const QByteArray said = run({latin("run"), path("p.millrace"), latin("--fitted"), path("fitted")});
        QVERIFY2(said.contains("steps/low.json is missing"), said.constData());
    }
    void aConstantIsFilledInWithoutAFit()
    {
        write("c.csv", "x\n1\n\n");
        write("c.millrace", R"({"millrace": 1, "steps": [
            {"id": "in", "type": "read.csv", "params": {"path": "c.csv"}},
            {"id": "fill", "type": "impute", "params": {"strategy": "constant", "value": 5}},
            {"id": "out", "type": "write.csv", "params": {"path": "filled.csv"}}],
          "links": [{"from": "in", "to": "fill"}, {"from": "fill", "to": "out"}]})");
        QCOMPARE(run({latin("run"), path("c.millrace")}), QByteArray());
        QFile filled(path("filled.csv"));
        QVERIFY(filled.open(QIODevice::ReadOnly));
        QCOMPARE(filled.readAll(), QByteArray("x\n1\n5\n"));
        QCOMPARE(run({latin("run"), path("c.millrace"), latin("--set"), latin("fill.runIn=processes")}), QByteArray());
    }

private:
    QString path(const char *name) const { return m_folder->filePath(QString::fromUtf8(name)); }
    void write(const char *name, const QByteArray &content) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    }
    /// Runs millrace; empty, or what it said where it failed.
    static QByteArray run(const QStringList &arguments)
    {
        QProcess process;
        process.start(QStringLiteral(MILLRACE_PROGRAM), arguments);
        process.closeWriteChannel();
        if (!process.waitForFinished(60'000))
            return "It didn't end.";
        const QByteArray said = process.readAllStandardError();
        return process.exitCode() == 0 ? QByteArray() : said + "exit status " + QByteArray::number(process.exitCode());
    }
    /// What the last run wrote.
    DataList written() const
    {
        QFile file(path("out.json"));
        if (!file.open(QIODevice::ReadOnly))
            return {};
        std::vector<double> numbers;
        for (const QJsonValue number : QJsonDocument::fromJson(file.readAll())[QLatin1String("data_inputs")].toArray())
            numbers.push_back(number.toDouble());
        return numbers;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

} // namespace tst_fitted_folders

QTEST_GUILESS_MAIN(tst_fitted_folders::TestFittedFolders)
#include "tst_fitted_folders.moc"
