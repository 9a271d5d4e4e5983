// SPDX-License-Identifier: MIT
// usage: millrace-icon IN.svg SIZE OUT.png
// Draws a picture of the icon theme in one size. Run by the build.
#include <QImage>
#include <QPainter>
#include <QString>
#include <QSvgRenderer>

#include <cstdio>

int main(int argc, char **argv)
{
    const int size = argc == 4 ? QString::fromLocal8Bit(argv[2]).toInt() : 0;
    QSvgRenderer drawing(argc == 4 ? QString::fromLocal8Bit(argv[1]) : QString());
    if (size < 1 || !drawing.isValid()) {
        std::fputs("usage: millrace-icon IN.svg SIZE OUT.png\n", stderr);
        return 2;
    }
    QImage image(size, size, QImage::Format_ARGB32);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    drawing.render(&painter);
    painter.end();
    return image.save(QString::fromLocal8Bit(argv[3]), "PNG") ? 0 : 1;
}
