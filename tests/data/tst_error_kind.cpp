// SPDX-License-Identifier: MIT
#include "data/errors/ErrorKind.h"
#include "data/Result.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace millrace;

namespace tst_error_kind {

namespace {

QString contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

class TestErrorKind : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anErrorsKindIsComparedByItsName()
    {
        const Result<> read = failure(ErrorKind::Io, "It can't be read.");
        QVERIFY(read.error().kind == ErrorKind::Io);
        QVERIFY(read.error().kind != ErrorKind::Parse);
        QCOMPARE(read.error().kind, std::string("io")); // as reports have it
    }
    void everyKindHasWordsForPeople()
    {
        const QString header = contentOf(QStringLiteral(MILLRACE_SOURCE_DIR "/core/data/errors/ErrorKind.h"));
        static const QRegularExpression constant(QStringLiteral("const char \\*\\w+ =\\s*\"(\\w+)\""));
        static const QSet<QString> wordsOfTheirOwn{QStringLiteral("cancelled"), QStringLiteral("program"),
                                                   QStringLiteral("protocol"), QStringLiteral("stopped")};
        QSet<QString> kinds;
        for (auto found = constant.globalMatch(header); found.hasNext();) {
            const QString kind = found.next().captured(1);
            QVERIFY2(!kinds.contains(kind), qPrintable(kind + QStringLiteral(" is declared twice")));
            kinds.insert(kind);
            const std::string_view words = errorKindText(kind.toStdString());
            QVERIFY2(!words.empty(), qPrintable(kind));
            if (!wordsOfTheirOwn.contains(kind))
                QVERIFY2(words != kind.toStdString(), qPrintable(kind + QStringLiteral(" has no words")));
        }
        QVERIFY(kinds.size() > 30);
    }
    void aKindOfSomebodyElsesStepIsShownAsItIs()
    {
        QCOMPARE(errorKindText("quota"), std::string_view("quota"));
        QCOMPARE(errorKindText("timeout"), std::string_view("took too long"));
        QCOMPARE(errorKindText(""), std::string_view());
    }
    /// What is compared with a bare text in one place is written differently in another one day.
    void noSourceNamesAKindByItsText()
    {
        static const QRegularExpression bare(
            QStringLiteral("\\b(failure|Error)[({]\\s*\"|\\.fail\\(\\w+, \"|\\bkind (==|!=|=) \""));
        for (const char *room : {"core", "ui", "app"}) {
            QDirIterator files(QStringLiteral(MILLRACE_SOURCE_DIR "/") + QLatin1String(room),
                               {QStringLiteral("*.cpp"), QStringLiteral("*.h")}, QDir::Files,
                               QDirIterator::Subdirectories);
            while (files.hasNext()) {
                const QString path = files.next(), text = contentOf(path);
                for (const QString &line : text.split(QLatin1Char('\n')))
                    QVERIFY2(line.contains(QLatin1String("//")) || !bare.match(line).hasMatch(),
                             qPrintable(path + QStringLiteral(": ") + line));
            }
        }
    }
};

} // namespace tst_error_kind

QTEST_APPLESS_MAIN(tst_error_kind::TestErrorKind)

#include "tst_error_kind.moc"
