// SPDX-License-Identifier: MIT
#include "learning/FittedFolder.h"
#include "pipeline/PipelineFile.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <limits>
#include <memory>
#include <sys/stat.h>

using namespace millrace;

namespace tst_fittedfolder {

namespace {

/// One step that learnt a little, one that learnt more than anybody reads.
FittedPipeline example()
{
    const auto loaded = parsePipeline(R"({"millrace": 1, "steps": [{"id": "rows", "type": "generate"},
        {"id": "small", "type": "scale.standard"}, {"id": "manifest", "type": "scale.standard"}],
        "links": [{"from": "rows", "to": "small"}, {"from": "small", "to": "manifest"}]})");
    if (!loaded)
        qFatal("%s", loaded.error().message.c_str());
    List many;
    for (int i = 0; i < 20000; ++i)
        many.emplace_back(std::sin(i));
    FittedPipeline fitted{loaded->pipeline, {}};
    fitted.states.emplace("small", Members{{"mean", Value(0.1)},
                                           {"whole", Value(2.0)},
                                           {"count", Value(int64_t(3))},
                                           {"none", Value(std::numeric_limits<double>::infinity())}});
    fitted.states.emplace("manifest", Members{{"many", Value(std::move(many))}});
    return fitted;
}

} // namespace

class FittedFolderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(QStringLiteral("fitted"));
        QCOMPARE(save(example()), std::string());
    }
    void whatIsLoadedIsWhatWasSaved()
    {
        const auto loaded = loadFitted(m_path.toStdString());
        QVERIFY2(loaded, loaded ? "" : loaded.error().message.c_str());
        QVERIFY(loaded->states == example().states);
        QVERIFY(loaded->pipeline == example().pipeline);
    }
    void aPersonCanReadIt()
    {
        const QByteArray text = read("steps/small.json");
        QVERIFY2(text.contains("\"mean\": 0.1,\n"), text.constData());
        QVERIFY2(text.contains("\"whole\": 2.0,\n"), text.constData());
        QVERIFY(!QFile::exists(file("steps/small.bin")));
        QVERIFY(QFile::exists(file("steps/manifest.bin")));
        QVERIFY(read("steps/manifest.json").size() < 1000);
    }
    void anOlderOneIsReplacedAsAWhole()
    {
        FittedPipeline next = example();
        next.states.erase("manifest");
        QCOMPARE(save(next), std::string());
        QVERIFY(!QFile::exists(file("steps/manifest.json")));
        const auto loaded = loadFitted(m_path.toStdString());
        QVERIFY(loaded && loaded->states == next.states);
        QCOMPARE(entries(), QStringList{QStringLiteral("fitted")});
    }
    void aFolderThatHoldsSomethingElseStays()
    {
        const QString other = m_folder->filePath(QStringLiteral("photos"));
        QVERIFY(QDir().mkpath(other));
        QFile photo(other + QStringLiteral("/a.jpg"));
        QVERIFY(photo.open(QIODevice::WriteOnly));
        const auto saved = saveFitted(example(), other.toStdString());
        QVERIFY(!saved && saved.error().message.find("something else") != std::string::npos);
        QCOMPARE(QDir(other).entryList(QDir::Files), QStringList{QStringLiteral("a.jpg")});
        const auto missing = saveFitted(example(), m_folder->path().toStdString() + "/no/where");
        QVERIFY(!missing && missing.error().message.find("doesn't exist") != std::string::npos);
        QCOMPARE(entries(), (QStringList{QStringLiteral("fitted"), QStringLiteral("photos")}));
    }
    void aDamagedOneIsRefusedWithTheFilesName_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *name :
             {"manifest.json", "pipeline.millrace", "steps/small.json", "steps/manifest.json", "steps/manifest.bin"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }
    void aDamagedOneIsRefusedWithTheFilesName()
    {
        QFETCH(QString, name);
        const QByteArray whole = read(name.toLatin1());
        const auto refused = [&] {
            const auto loaded = loadFitted(m_path.toStdString());
            return !loaded && loaded.error().message.find(name.toStdString()) != std::string::npos;
        };
        for (const qsizetype length : {qsizetype(0), qsizetype(1), whole.size() / 2, whole.size() - 2}) {
            write(name, whole.left(length));
            QVERIFY2(refused(), qPrintable(QString::number(length)));
        }
        QVERIFY(QFile::remove(file(name)));
        QVERIFY(refused());
        QCOMPARE(::mkfifo(QFile::encodeName(file(name)).constData(), 0600), 0);
        QVERIFY(refused());
        QVERIFY(QFile::remove(file(name)));
        QVERIFY(QDir().mkdir(file(name)));
        QVERIFY(refused());
        QVERIFY(QDir().rmdir(file(name)));
        write(name, whole);
        QVERIFY(loadFitted(m_path.toStdString()));
        if (name != QLatin1String("manifest.json")) {
            QByteArray changed = whole;
            changed[changed.size() / 2] = char(changed[changed.size() / 2] ^ 1);
            write(name, changed);
            QVERIFY(refused());
        }
    }
    void anotherVersionIsRefused()
    {
        QByteArray manifest = read("manifest.json");
        write(QStringLiteral("manifest.json"), manifest.replace("\"millraceFitted\": 1", "\"millraceFitted\": 2"));
        const auto loaded = loadFitted(m_path.toStdString());
        QVERIFY(!loaded);
        QCOMPARE(loaded.error().kind, std::string("version"));
    }
    void filesOutsideAreNeverRead()
    {
        QByteArray manifest = read("manifest.json");
        write(QStringLiteral("manifest.json"), manifest.replace("steps/small.json", "steps/../../../etc/passwd"));
        const auto loaded = loadFitted(m_path.toStdString());
        QVERIFY(!loaded && loaded.error().message.find("can't be part of it") != std::string::npos);
    }

private:
    std::string save(const FittedPipeline &fitted) const
    {
        const auto saved = saveFitted(fitted, m_path.toStdString() + '/');
        return saved ? std::string() : saved.error().message;
    }
    QString file(const QString &name) const { return m_path + QLatin1Char('/') + name; }
    QString file(const char *name) const { return file(QString::fromLatin1(name)); }
    QByteArray read(const QByteArray &name) const
    {
        QFile source(file(name.constData()));
        return source.open(QIODevice::ReadOnly) ? source.readAll() : QByteArray();
    }
    void write(const QString &name, const QByteArray &content) const
    {
        QFile target(file(name));
        QVERIFY(target.open(QIODevice::WriteOnly | QIODevice::Truncate));
        QCOMPARE(target.write(content), content.size());
    }
    QStringList entries() const
    {
        return QDir(m_folder->path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

} // namespace tst_fittedfolder

QTEST_GUILESS_MAIN(tst_fittedfolder::FittedFolderTest)
#include "tst_fittedfolder.moc"
