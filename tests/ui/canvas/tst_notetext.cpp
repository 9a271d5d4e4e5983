// SPDX-License-Identifier: MIT
// Notes come with other people's files.
#include "canvas/notes/NoteText.h"

#include <QImage>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBlock>
#include <QTextDocument>

namespace millrace::tst_notetext {

class TestNoteText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPictureStandsThereByItsName_data()
    {
        QTest::addColumn<QString>("markdown");
        QTest::addColumn<QString>("shown");
        QTest::newRow("with words") << QStringLiteral("see ![the mill](FILE) here")
                                    << QStringLiteral("see [picture: the mill] here");
        QTest::newRow("without, which Qt leaves out") << QStringLiteral("see ![](FILE)") << QStringLiteral("see");
        QTest::newRow("two") << QStringLiteral("![a](FILE)![b](/dev/zero)")
                             << QStringLiteral("[picture: a][picture: b]");
        QTest::newRow("within a link") << QStringLiteral("[![a](FILE)](x)") << QStringLiteral("[picture: a]");
        QTest::newRow("HTML") << QStringLiteral("<img src=\"FILE\">") << QStringLiteral("<img src=\"FILE\">");
        QTest::newRow("Markdown") << QStringLiteral("**Prices** in *cents*") << QStringLiteral("Prices in cents");
    }
    void aPictureStandsThereByItsName()
    {
        QFETCH(QString, markdown);
        QFETCH(QString, shown);
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("x.png"));
        QVERIFY(QImage(300, 200, QImage::Format_RGB32).save(file));
        QTextDocument document;
        setNoteText(document, markdown.replace(QLatin1String("FILE"), file));
        QCOMPARE(document.toPlainText().trimmed(), shown.replace(QLatin1String("FILE"), file));
        for (QTextBlock block = document.begin(); block.isValid(); block = block.next())
            for (auto part = block.begin(); !part.atEnd(); ++part)
                QVERIFY(!part.fragment().charFormat().isImageFormat());
        QVERIFY(document.size().height() < 150);
    }
};

} // namespace millrace::tst_notetext

QTEST_MAIN(millrace::tst_notetext::TestNoteText)
#include "tst_notetext.moc"
