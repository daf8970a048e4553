import type { Schemas } from '@/api/client';
import { currentLocale } from '@/i18n/locale-now';

export const LIMIT = 512 * 1024 * 1024;

/** Hands a file in and says how far it is; fetch cannot tell the progress of what it sends, so this is the older request. */
export function upload(file: File, onProgress: (sent: number) => void): Promise<Schemas['Upload']> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1/uploads?name=${encodeURIComponent(file.name.slice(0, 255))}`);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('Accept-Language', currentLocale());
    request.responseType = 'json';
    request.upload.onprogress = (event) => onProgress(event.loaded);
    request.onerror = () => reject(new TypeError('unreachable'));
    request.onload = () => (request.status === 201 ? resolve(request.response as Schemas['Upload']) : reject(request.response as unknown));
    request.send(file);
  });
}
